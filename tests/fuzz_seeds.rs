//! The functions of the fuzz targets over the seeds in `fuzz/seeds`: a crash that the fuzzer finds becomes a seed here.

#[path = "../fuzz/shared.rs"]
mod shared;

/// Runs a function over all seeds of a target.
fn each(target: &str, run: fn(&[u8])) {
    let folder = format!("{}/fuzz/seeds/{target}", env!("CARGO_MANIFEST_DIR"));
    let mut seeds: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    seeds.sort();
    assert!(seeds.len() > 2, "{folder} has hardly any seeds");
    for seed in seeds {
        println!("{}", seed.display());
        run(&std::fs::read(&seed).unwrap());
    }
}

#[test]
fn xml() {
    each("xml", shared::xml);
}

#[test]
fn json() {
    each("json", shared::json);
}

#[test]
fn map() {
    each("map", shared::map);
}

#[test]
fn pdf() {
    each("pdf", shared::pdf);
}
