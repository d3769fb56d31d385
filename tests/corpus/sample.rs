//! The files: those of `corpus/`, and an outside collection with an `index.tsv`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use einv::Format;

/// An invoice to try.
pub(crate) struct Sample {
    /// Path within its collection.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    /// Syntax of the invoice in it; of an own file as its folder says, of an outside one as the index says.
    pub(crate) syntax: Syntax,
    /// What the index knows of an outside file.
    pub(crate) row: Option<IndexRow>,
}

/// A syntax of invoices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Syntax {
    Ubl,
    Cii,
    /// Only read.
    Zugferd1,
}

impl Syntax {
    fn named(name: &str) -> Option<Syntax> {
        let name = if name == "facturx" { "cii" } else { name };
        [Syntax::Ubl, Syntax::Cii, Syntax::Zugferd1].into_iter().find(|syntax| name.starts_with(syntax.name()))
    }

    /// The format that invoices of the syntax are written in; of one that is only read, the one that it became.
    pub(crate) fn format(self) -> Format {
        match self {
            Syntax::Ubl => Format::Ubl,
            Syntax::Cii | Syntax::Zugferd1 => Format::Cii,
        }
    }

    /// Name of its mapping table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Syntax::Ubl => "ubl",
            Syntax::Cii => "cii",
            Syntax::Zugferd1 => "zugferd1",
        }
    }

    pub(crate) fn is_written(self) -> bool {
        self != Syntax::Zugferd1
    }
}

/// Columns of the index of the outside collection that tests use.
#[derive(Debug, Clone)]
pub(crate) struct IndexRow {
    pub(crate) twin: String,
    pub(crate) differs: Vec<String>,
    pub(crate) accepted: bool,
    /// Values of grade content or meaning.
    pub(crate) beyond: usize,
    /// Those of grade meaning.
    pub(crate) meaning: usize,
}

impl Sample {
    /// The format of its syntax.
    pub(crate) fn format(&self) -> Format {
        self.syntax.format()
    }

    pub(crate) fn is_own(&self) -> bool {
        self.row.is_none()
    }

    /// Refused by name, whatever is allowed: own files in a folder of that name, outside ones as the index says.
    pub(crate) fn is_refused(&self) -> bool {
        self.row.as_ref().map_or_else(|| self.is_in("refused"), |row| row.meaning > 0)
    }

    /// Rejected by the official rules on purpose: own files in a folder of that name, outside ones as the index says.
    pub(crate) fn is_rejected(&self) -> bool {
        self.row.as_ref().map_or_else(|| self.is_in("rejected"), |row| !row.accepted)
    }

    fn is_in(&self, profile: &str) -> bool {
        self.name.split('/').nth(1) == Some(profile)
    }

    /// File name without folders and extension: twins share it.
    pub(crate) fn stem(&self) -> &str {
        let file = self.name.rsplit('/').next().unwrap_or_default();
        file.rsplit_once('.').map_or(file, |(stem, _)| stem)
    }

    pub(crate) fn is_pdf(&self) -> bool {
        self.bytes.starts_with(b"%PDF")
    }
}

/// Root of the project.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files of `corpus/<syntax>/<profile>/`.
pub(crate) fn own() -> Vec<Sample> {
    let base = root().join("corpus");
    let mut found = Vec::new();
    for path in walk(&base) {
        let name = path.strip_prefix(&base).expect("below its base").to_string_lossy().replace('\\', "/");
        let Some(syntax) = name.split('/').next().and_then(Syntax::named) else { continue };
        found.push(Sample { name, bytes: read(&path), syntax, row: None });
    }
    assert!(found.len() >= 24, "corpus/ holds our own invoices, {} were found", found.len());
    found
}

/// The readable files of the outside collection: `EINV_SAMPLES`, or `../shared/corpus` beside the project. None of it is
/// needed, so a fresh clone passes.
#[allow(clippy::print_stdout, reason = "says why there is less to try")]
pub(crate) fn outside() -> Vec<Sample> {
    let base = match std::env::var_os("EINV_SAMPLES") {
        Some(base) => PathBuf::from(base),
        None => root().join("../shared/corpus"),
    };
    let Ok(index) = std::fs::read_to_string(base.join("index.tsv")) else {
        println!("no outside samples: there is no index.tsv in {} (EINV_SAMPLES)", base.display());
        return Vec::new();
    };
    let mut lines = index.lines();
    let columns: HashMap<&str, usize> = lines.next().unwrap_or_default().split('\t').zip(0..).collect();
    let rows = lines.map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter_map(|row| indexed(&base, &|name| row.get(columns[name]).copied().unwrap_or_default())).collect()
}

fn indexed<'r>(base: &Path, column: &dyn Fn(&'static str) -> &'r str) -> Option<Sample> {
    if column("readable") != "y" {
        return None;
    }
    let number = |text: &str| text.parse().unwrap_or(0);
    let row = IndexRow {
        twin: column("twin").to_owned(),
        differs: column("differs").split([' ', ',']).filter(|id| !id.is_empty()).map(str::to_owned).collect(),
        accepted: column("accepted") == "y",
        beyond: number(column("beyond")),
        meaning: number(column("meaning")),
    };
    let syntax = Syntax::named(column("syntax")).unwrap_or(Syntax::Cii);
    let name = column("path").to_owned();
    Some(Sample { bytes: read(&base.join(&name)), name, syntax, row: Some(row) })
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All XML and PDF files below a folder, in a stable order.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            found.extend(walk(&path));
        } else if path.extension().is_some_and(|extension| extension == "xml" || extension == "pdf") {
            found.push(path);
        }
    }
    found
}
