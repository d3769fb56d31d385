//! The samples of `corpus/pdf`, as they are and damaged.

use std::path::{Path, PathBuf};

use super::super::*;
use crate::pdf::load;

fn samples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/pdf");
    // It is not part of the package.
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut samples: Vec<_> = entries.map(|entry| entry.path()).collect();
    samples.retain(|path| path.extension().is_some_and(|extension| extension == "pdf"));
    samples.sort();
    samples
}

/// What a sample lacks and what becomes of it, in words.
fn told(bytes: &[u8], limits: &Limits) -> String {
    let mut document = match load::load(bytes, limits, load::Table::AsWritten) {
        Ok(document) => document,
        Err(finding) => return format!("{}: {}\n", finding.code, finding.message),
    };
    let claimed = crate::pdf::facts(bytes, limits).ok().and_then(|facts| facts.xmp);
    let mut text = String::new();
    for lack in examine(&document, claimed.as_ref(), limits).unwrap() {
        let Finding { message, found, place, .. } = lack.finding;
        let place = place.and_then(|place| place.path).unwrap_or_default();
        text += format!("{:<14} {:<8?} {message}  {}  {place}", lack.clause, lack.remedy, found.unwrap_or_default())
            .trim_end();
        text.push('\n');
    }
    let mended = mend(&mut document, claimed.as_ref(), limits).unwrap();
    let again = examine(&document, claimed.as_ref(), limits).unwrap();
    let still = again.iter().filter(|lack| lack.remedy == Remedy::Mending && lack.clause != "6.1.3-2").count();
    assert_eq!(still, 0, "mended, and still lacking");
    match mended.left.is_empty() {
        true => text + &format!("becomes PDF/A-3{}\n", mended.level.letter()),
        false => text + "cannot become PDF/A-3\n",
    }
}

#[test]
fn samples_lack_what_they_did() {
    for path in samples() {
        let told = told(&std::fs::read(&path).unwrap(), &Limits::default());
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/pdf/{name}.txt"));
        if std::env::var_os("EINV_UPDATE").is_some() {
            std::fs::create_dir_all(golden.parent().unwrap()).unwrap();
            std::fs::write(&golden, &told).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&golden).unwrap_or_default(), told, "{name}");
    }
}

#[test]
fn damaged_samples_end() {
    for (seed, path) in (1_u64..).zip(samples()) {
        let whole = std::fs::read(&path).unwrap();
        let mut dice = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        for _ in 0..6 {
            let mut bytes = whole.clone();
            for _ in 0..12 {
                dice = dice.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
                let at = usize::try_from(dice >> 33).unwrap() % bytes.len();
                bytes[at] = bytes[at].wrapping_add(1);
            }
            let Ok(mut document) = load::load(&bytes, &Limits::default(), load::Table::AsWritten) else { continue };
            let _ = mend(&mut document, None, &Limits::default());
        }
    }
}
