//! The command line, as transcripts: every `tests/cli/*.md` runs as it reads.
//!
//! They run in a directory of their own, beside copies of `corpus/` and `tests/cli/inputs/`. After a change of wording,
//! `TRYCMD=overwrite cargo test --test cli` writes what is printed now; read the difference before you keep it.
#![cfg(feature = "cli")]

use std::path::Path;
use std::{fs, io};

#[test]
fn transcripts() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    copy(&project.join("corpus"), &folder.path().join("corpus")).unwrap();
    copy(&project.join("tests/cli/inputs"), folder.path()).unwrap();
    std::env::set_current_dir(folder.path()).unwrap();
    trycmd::TestCases::new()
        .register_bin("einv", Path::new(env!("CARGO_BIN_EXE_einv")))
        .env("COLUMNS", "100")
        .case(project.join("tests/cli/*.md"))
        .case(project.join("tests/cli/*.toml"))
        .case(project.join("README.md"))
        .run();
    std::env::set_current_dir(project).unwrap();
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &target)?,
            false => fs::copy(entry.path(), target).map(|_| ())?,
        }
    }
    Ok(())
}
