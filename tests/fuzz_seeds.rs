//! The functions of the fuzz targets over the seeds in `fuzz/seeds`: a crash that the fuzzer finds becomes a seed here.

#[cfg(feature = "batch")]
#[path = "../fuzz/archive.rs"]
mod archive;
#[path = "../fuzz/shared.rs"]
mod shared;

/// Runs a function over all seeds of a target.
fn each(target: &str, run: fn(&[u8])) {
    let folder = format!("{}/fuzz/seeds/{target}", env!("CARGO_MANIFEST_DIR"));
    let entries = std::fs::read_dir(&folder).expect("a folder of seeds");
    let mut seeds: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    seeds.sort();
    assert!(seeds.len() > 2, "{folder} has hardly any seeds");
    for seed in seeds {
        eprintln!("{}", seed.display());
        run(&std::fs::read(&seed).expect("a readable seed"));
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

#[test]
fn list() {
    each("list", shared::list);
}

#[test]
fn targets() {
    each("targets", shared::targets);
}

#[test]
fn set() {
    each("set", shared::set);
}

#[cfg(feature = "batch")]
#[test]
fn archives() {
    each("archive", archive::archive);
}
