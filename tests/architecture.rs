//! Which module may use which: read from the sources, so that a short cut shows.

use std::path::{Path, PathBuf};

/// From the bottom up: a module, and those it may use. One line per module; what stands in no list is forbidden.
const MAY_USE: &[(&str, &[&str])] = &[
    ("place", &[]),
    ("finding", &["place"]),
    ("term", &["place", "finding"]),
    ("codelist", &["place", "finding", "term"]),
    ("error", &["place", "finding"]),
    ("report", &["place", "finding", "term", "error"]),
    ("base64", &[]),
    ("media", &[]),
    ("hash", &[]),
    ("cache", &[]),
    ("limits", &["place", "finding"]),
    ("xml", &["place", "finding", "limits", "cache"]),
    ("pdf", &["place", "finding", "limits"]),
    ("model", &["place", "finding", "term", "codelist", "limits", "cache", "xml"]),
    ("format", &["place", "finding", "term", "codelist", "error", "report", "limits", "xml", "pdf", "model"]),
    ("target", &["place", "finding", "term", "codelist", "error", "xml", "model", "format"]),
    ("mapping", &["place", "finding", "term", "codelist", "error", "hash", "xml", "model", "target"]),
    (
        "convert",
        &[
            "place", "finding", "term", "codelist", "error", "report", "base64", "media", "hash", "limits", "xml",
            "pdf", "model", "mapping", "format", "target",
        ],
    ),
    ("extract", &["finding", "base64", "media", "error", "limits", "format", "mapping", "pdf", "model", "convert"]),
    (
        "inspect",
        &["place", "finding", "term", "codelist", "error", "limits", "xml", "pdf", "model", "format", "convert"],
    ),
    ("batch", &["finding", "place", "error", "report", "hash", "limits", "format", "convert"]),
    // The command line stands on the public names, which are those of the crate's root.
    ("cli", &["place", "finding", "term", "error", "report", "limits", "model", "format", "batch"]),
];

/// `lib.rs` names what is public and has no logic; `main.rs` starts the command line.
const ROOTS: &[&str] = &["lib", "main"];

#[test]
fn modules_use_only_those_below_them() {
    let mut wrong = Vec::new();
    for file in sources(&source_folder()) {
        let module = module(&file);
        // Tests may look at a module from above.
        let is_test = file.file_name().is_some_and(|name| name == "tests.rs");
        if ROOTS.contains(&module.as_str()) || is_test {
            continue;
        }
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == module) else {
            wrong.push(format!("{}: module `{module}` has no line in the table of this test", file.display()));
            continue;
        };
        for (line, text, used) in uses(&std::fs::read_to_string(&file).expect("a readable source")) {
            if used != module && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{}:{line}: `{module}` may not use `{used}`: {text}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_has_an_order() {
    for (at, (module, allowed)) in MAY_USE.iter().enumerate() {
        for used in *allowed {
            let below = MAY_USE[..at].iter().any(|(name, _)| name == used);
            assert!(below, "`{module}` uses `{used}`, which does not stand above it in the table");
        }
    }
}

#[test]
fn the_model_speaks_of_no_format() {
    let mut wrong = Vec::new();
    for file in sources(&source_folder().join("model")).into_iter().chain([source_folder().join("model.rs")]) {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        for (line, text) in text.lines().enumerate() {
            let words = text.split(|c: char| !c.is_alphanumeric());
            if words.into_iter().any(|word| ["CII", "UBL", "PDF"].contains(&word)) {
                wrong.push(format!("{}:{}: {}", file.display(), line + 1, text.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "the model names a format:\n{}", wrong.join("\n"));
}

/// What a browser does not have. The thread in `budget.rs` is the type of a caught panic.
const OF_A_SYSTEM: [&str; 6] = ["std::fs", "std::net", "std::time", "std::process", "std::env", "thread::spawn"];

#[test]
fn the_library_needs_no_file_clock_or_thread() {
    let mut wrong = Vec::new();
    for file in sources(&source_folder()) {
        let of_system = ["batch", "cli", "main"].contains(&module(&file).as_str());
        let below = file.strip_prefix(source_folder()).expect("a source");
        let is_test = below.iter().any(|step| ["tests", "tests.rs", "generate.rs"].iter().any(|name| step == *name));
        let source = std::fs::read_to_string(&file).expect("a readable source");
        let code = source.split("mod tests {").next().unwrap_or_default();
        let lines = code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
        for (line, text) in lines.filter(|_| !of_system && !is_test) {
            if OF_A_SYSTEM.iter().any(|name| text.contains(name)) {
                wrong.push(format!("{}:{}: {}", file.display(), line + 1, text.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "no build for wasm32-unknown-unknown:\n{}", wrong.join("\n"));
}

fn source_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// `mapping` of `src/mapping/read.rs`, `report` of `src/report.rs`.
fn module(file: &Path) -> String {
    let inner = file.strip_prefix(source_folder()).expect("a source");
    let first = inner.iter().next().expect("a file").to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// Every `crate::NAME` outside comments: line, its text, the name. `crate::{a, b::c}` names all it lists.
fn uses(source: &str) -> Vec<(usize, String, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    for (number, line) in source.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        for (offset, _) in code.match_indices("crate::").filter(|(offset, _)| !code[..*offset].ends_with('$')) {
            let rest = &source[at + offset + "crate::".len()..];
            for name in names(rest) {
                found.push((number + 1, line.trim().to_owned(), name));
            }
        }
        at += line.len() + source[at + line.len()..].find('\n').map_or(0, |end| end + 1);
    }
    found
}

/// The names right behind `crate::`, one or a list in braces.
fn names(rest: &str) -> Vec<String> {
    let name = |text: &str| text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(list) = rest.strip_prefix('{') else { return vec![name(rest)] };
    let mut names = Vec::new();
    let mut depth = 0;
    let mut start = 0;
    for (at, character) in list.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(name(&list[start..at]));
                start = at + 1;
                if character == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}
