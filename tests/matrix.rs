//! Every sample into every target: what is written is a document of the target, what is not says what is missing, and
//! what is missing can be given.
//!
//! Official validators judge the same table in `.ci/matrix`.
#![cfg(all(feature = "pdf", feature = "json"))]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use einv::model::{Document, Standing};
use einv::term::{TermKind, Terms};
use einv::{Conversion, Converter, Finding, Grade, OnLoss, Profile, Severity, Tables};

/// What came of a sample and a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    Written,
    /// Not written: the report names what the target requires or does not allow.
    Missing,
    /// Not written: it would be another invoice, or breaks the schema.
    Refused,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Own samples, and those of an outside collection if there is one.
fn samples() -> Vec<PathBuf> {
    let mut found = Vec::new();
    walk(&root().join("corpus"), &mut found);
    let outside = std::env::var_os("EINV_SAMPLES").map_or_else(|| root().join("../shared/corpus"), PathBuf::from);
    if let Ok(index) = std::fs::read_to_string(outside.join("index.tsv")) {
        let mut lines = index.lines();
        let head: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
        let column = |name: &str| head.iter().position(|cell| *cell == name).expect("a column of the index");
        let (path, readable) = (column("path"), column("readable"));
        let cells = lines.map(|line| line.split('\t').collect::<Vec<_>>());
        found.extend(cells.filter(|cells| cells[readable] == "y").map(|cells| outside.join(cells[path])));
    }
    found.sort();
    found
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of samples") {
        let path = entry.expect("an entry").path();
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("xml" | "pdf") => found.push(path),
            _ if path.is_dir() => walk(&path, found),
            _ => {}
        }
    }
}

fn converter(target: &str) -> Converter {
    Converter::new().to(Tables::standard().target(target).expect("a target of the list")).on_loss(OnLoss::Allow)
}

fn errors(conversion: &Conversion) -> impl Iterator<Item = &Finding> {
    conversion.report.findings.iter().filter(|finding| finding.severity == Severity::Error)
}

/// Findings about terms that are missing or not allowed: by the id of a rule, or W06 and W07.
fn demands(conversion: &Conversion) -> Vec<&Finding> {
    errors(conversion).filter(|finding| finding.code != "EINV-W04").collect()
}

#[test]
fn every_cell_is_explained() {
    let mut table: BTreeMap<String, BTreeMap<Cell, usize>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for path in samples() {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let Ok(document) = einv::read(&bytes) else { continue };
        for profile in Tables::standard().profiles() {
            let conversion = converter(&profile.target).convert(&bytes).expect("a sample that can be read");
            let mut tell = |what: String| wrong.push(format!("{} to {}: {what}", path.display(), profile.target));
            let cell = match &conversion.output {
                Some(output) => {
                    written(&profile, &conversion, output).into_iter().for_each(&mut tell);
                    Cell::Written
                }
                None => refused(&conversion, &mut tell),
            };
            masked(&profile, &document, &conversion).into_iter().for_each(&mut tell);
            if cell == Cell::Missing {
                supplied(&profile, &bytes, &conversion).into_iter().for_each(&mut tell);
            }
            *table.entry(profile.target).or_default().entry(cell).or_default() += 1;
        }
    }
    for (target, cells) in &table {
        let count = |cell: Cell| cells.get(&cell).copied().unwrap_or_default();
        let (written, missing, refused) = (count(Cell::Written), count(Cell::Missing), count(Cell::Refused));
        println!("{target:26} written {written:4}  missing {missing:4}  refused {refused:4}");
    }
    assert!(wrong.is_empty(), "{} cells:\n{}", wrong.len(), wrong.join("\n"));
}

/// The output states the target, and is a document of it: once more into the target it is the same bytes.
fn written(profile: &Profile, conversion: &Conversion, output: &[u8]) -> Vec<String> {
    let mut wrong = Vec::new();
    let stated = conversion.report.target.specification.as_deref().unwrap_or_default();
    if !stated.starts_with(&profile.specification) {
        wrong.push(format!("BT-24 is {stated}"));
    }
    match converter(&profile.target).convert(output) {
        Ok(again) if again.output.as_deref() == Some(output) => {}
        Ok(again) => wrong.push(format!("a second time it is another one: {:?}", errors(&again).next())),
        Err(error) => wrong.push(format!("it cannot be read: {error}")),
    }
    wrong
}

/// Every reason has a rule or code, and one that a term answers for says how to give it.
fn refused(conversion: &Conversion, tell: &mut impl FnMut(String)) -> Cell {
    let demands = demands(conversion);
    for finding in &demands {
        let refusal = finding.message.contains("has no place in");
        if finding.term.is_none() || finding.help.as_deref().is_none_or(|help| !help.contains("--set") && !refusal) {
            tell(format!("not explained: {finding:?}"));
        }
    }
    let meaning = conversion.report.open_losses(Grade::Meaning) > 0;
    match (meaning, demands.is_empty()) {
        (false, false) => Cell::Missing,
        (false, true) if errors(conversion).next().is_none() => {
            tell("nothing says why it is not written".to_owned());
            Cell::Refused
        }
        _ => Cell::Refused,
    }
}

/// Every value of a term that a profile does not have is a loss with its term, unless the document states the profile.
fn masked(profile: &Profile, document: &Document, conversion: &Conversion) -> Vec<String> {
    let source = conversion.report.source.specification.as_deref().unwrap_or_default();
    if profile.without.is_empty() || source == profile.specification || conversion.output.is_none() {
        return Vec::new();
    }
    let terms = document.terms();
    let out: BTreeSet<&str> = profile.without.iter().map(String::as_str).collect();
    let is_out = |term| {
        let mut around = std::iter::successors(Some(term), |&term| terms.get(term).parent());
        around.any(|term| out.contains(terms.get(term).id()))
    };
    let mut wrong = Vec::new();
    let lost = conversion.report.losses.iter().filter_map(|loss| loss.term.as_deref());
    // What repeats another term is left out before (BT-6 = BT-5).
    let changed = conversion.report.changes.iter().filter_map(|finding| finding.term.as_deref()?.split(' ').next());
    let told: BTreeSet<&str> = lost.chain(changed).collect();
    for node in document.nodes().filter(|&node| !document.is_group(node) && document.standing(node) == Standing::Value)
    {
        let Some(term) = document.term_id(node).filter(|&term| is_out(term)) else { continue };
        // A term may stand in for another one before: BT-45 for BT-44.
        if !told.contains(terms.get(term).id()) && !["BT-28", "BT-45"].contains(&terms.get(term).id()) {
            wrong.push(format!("{} is left out and not told", terms.get(term).id()));
        }
    }
    wrong
}

/// What is announced can be given: with values for all that is missing, nothing is missing any more.
fn supplied(profile: &Profile, bytes: &[u8], first: &Conversion) -> Vec<String> {
    let mut given: Vec<(String, String)> = Vec::new();
    let mut conversion = first.clone();
    for _ in 0..4 {
        let before = given.len();
        for finding in missing(&conversion) {
            for (path, value) in settings(finding) {
                if given.iter().all(|(known, _)| *known != path) {
                    given.push((path, value));
                }
            }
        }
        if given.len() == before {
            break;
        }
        let converter = given.iter().fold(converter(&profile.target), |all, (path, value)| all.set(path, value));
        conversion = match converter.convert(bytes) {
            Ok(conversion) => conversion,
            Err(error) => return vec![format!("what was asked for cannot be set: {error}")],
        };
    }
    missing(&conversion).map(|finding| format!("still {}: {}", finding.code, finding.message)).collect()
}

fn missing(conversion: &Conversion) -> impl Iterator<Item = &Finding> {
    demands(conversion).into_iter().filter(|finding| finding.message.contains("is missing, which"))
}

/// Places and values for them, out of the help `give it with --set BG-25[1]/BT-126=…; … --set …`.
fn settings(finding: &Finding) -> Vec<(String, String)> {
    let help = finding.help.as_deref().unwrap_or_default();
    let words = help.split("--set ").skip(1).map(|rest| rest.split([' ', ';', ',']).next().unwrap_or_default());
    words.map(|word| setting(word.split_once('=').unwrap_or((word, "…")))).collect()
}

fn setting((path, value): (&str, &str)) -> (String, String) {
    let terms = Terms::standard();
    let id = path.rsplit('/').next().and_then(|last| last.split('[').next()).unwrap_or_default();
    let made = match terms.find(id).map(|term| terms.get(term).kind()) {
        Some(TermKind::Date) => "2026-03-31",
        Some(kind) if kind.is_numeric() => "1",
        Some(TermKind::Scheme) => "0002",
        Some(TermKind::Code) => "S1",
        _ => "given",
    };
    (path.to_owned(), if value == "…" { made.to_owned() } else { value.to_owned() })
}

#[test]
fn a_document_of_the_target_stays_as_it_is() {
    let mut wrong = Vec::new();
    for path in samples() {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let Ok(document) = einv::read(&bytes) else { continue };
        let Some(format) = document.origin().syntax else { continue };
        for profile in Tables::standard().profiles().into_iter().filter(|profile| profile.format == format) {
            let conversion = converter(&profile.target).convert(&bytes).expect("a sample that can be read");
            let states = conversion.report.source.specification.as_deref() == Some(&*profile.specification);
            if let Some(output) = conversion.output.filter(|_| states) {
                let again = einv::read(&output).expect("an output");
                let differences = document.same_invoice(&again);
                let told: BTreeSet<&str> =
                    conversion.report.losses.iter().filter_map(|loss| loss.term.as_deref()).collect();
                let changed: BTreeSet<&str> = conversion
                    .report
                    .changes
                    .iter()
                    .filter_map(|finding| finding.term.as_deref()?.split(' ').next())
                    .collect();
                for difference in differences {
                    let id = document.terms().get(difference.term).id();
                    let owner =
                        document.terms().get(difference.term).parent().map(|term| document.terms().get(term).id());
                    let is_told = |id: &str| told.contains(id) || changed.contains(id);
                    if !is_told(id) && !owner.is_some_and(is_told) {
                        wrong.push(format!("{} to {}: {id} changed", path.display(), profile.target));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn readme_and_help_list_the_profiles_there_are() {
    let profiles = Tables::standard().profiles();
    let readme = std::fs::read_to_string(root().join("README.md")).expect("the README");
    let help = std::fs::read_to_string(root().join("tests/cli/help.md")).expect("the help as a transcript");
    let rows: BTreeSet<String> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|line| line.split('`').next())
        .filter(|name| name.contains('/'))
        .map(str::to_owned)
        .collect();
    let there: BTreeSet<String> = profiles.iter().map(|profile| profile.target.clone()).collect();
    assert_eq!(rows, there, "the table of profiles in the README");
    for format in ["ubl", "cii"] {
        let names: Vec<&str> = profiles
            .iter()
            .filter(|profile| profile.format == format)
            .map(|profile| profile.profile.as_str())
            .collect();
        let words: Vec<&str> = help.split_whitespace().collect();
        let listed = names.iter().all(|name| words.iter().any(|word| word.trim_matches([',', ';', '.']) == *name));
        assert!(listed, "the help of --profile lists {}", names.join(", "));
    }
}

#[test]
fn the_cius_shown_in_the_guide_is_the_one_that_runs() {
    let guide = std::fs::read_to_string(root().join("CONTRIBUTING.md")).expect("the guide");
    let table =
        std::fs::read_to_string(root().join("tests/cli/inputs/tables/nlcius/nlcius.targets")).expect("the table");
    assert!(guide.contains(table.trim_end()), "CONTRIBUTING.md shows tests/cli/inputs/tables/nlcius/nlcius.targets");
}

#[test]
fn what_is_wrapped_can_be_unwrapped() {
    let bytes = std::fs::read(root().join("corpus/ubl/peppol/refund.xml")).expect("a sample");
    let plain = Converter::new().convert(&bytes).expect("a sample").output.expect("an output");
    let wrapped =
        Converter::new().wrap(einv::Wrapping::sbdh()).convert(&bytes).expect("a sample").output.expect("an output");
    let taken_out = einv::read(&wrapped).expect("an envelope");
    assert_eq!(taken_out.same_invoice(&einv::read(&plain).expect("an invoice")), []);
    let envelope = einv::detect(&wrapped).expect("an envelope").envelope.expect("its header");
    assert_eq!(envelope.senders[0].authority, "iso6523-actorid-upis");
    assert_eq!(envelope.process.as_deref(), Some("urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"));
    let text = String::from_utf8(wrapped).expect("text");
    let from = text.find("<CreditNote").or_else(|| text.find("<Invoice")).expect("the document inside");
    let to = text.rfind("</StandardBusinessDocument>").expect("the end of the envelope");
    let plain = String::from_utf8(plain).expect("text");
    let (_, body) = plain.split_once("?>\n").expect("a declaration");
    assert_eq!(&text[from..to], body);
}

#[test]
fn an_invoice_with_lines_goes_into_profiles_without_them() {
    let bytes = std::fs::read(root().join("corpus/ubl/en16931/minimal.xml")).expect("a sample");
    for target in ["cii/minimum", "cii/basicwl"] {
        let conversion = converter(target).convert(&bytes).expect("a sample");
        let losses = &conversion.report.losses;
        assert!(conversion.output.is_some() && losses.iter().all(|loss| loss.grade != Grade::Meaning), "{target}");
        let has =
            |term: &str| losses.iter().any(|loss| loss.finding.term.as_deref().is_some_and(|t| t.starts_with(term)));
        assert!(has("BT-131 ") && has("BT-151 "), "{target}: what stands in a line is a loss of content");
    }
}

#[test]
fn a_target_says_by_its_own_code_what_a_tax_number_is() {
    let table = "target ubl/own  BT-24 urn:own\n  code BT-32 LOC\n";
    let tables = Tables::with(&[("own.targets".to_owned(), table.to_owned())]).expect("a table");
    let converter = Converter::new().to(tables.target("ubl/own").expect("the target")).on_loss(OnLoss::Allow);
    let converter = converter.tables(std::sync::Arc::new(tables));
    let schemes = |sample: &str| {
        let bytes = std::fs::read(root().join(sample)).expect("a sample");
        let output = converter.convert(&bytes).expect("a sample").output.expect("an output");
        let text = String::from_utf8(output).expect("text");
        let seller = text.split("</cac:AccountingSupplierParty>").next().unwrap_or_default();
        let schemes = seller.split("<cac:TaxScheme>").skip(1).map(|rest| rest.split("cbc:ID>").nth(1));
        schemes.map(|scheme| scheme.unwrap_or_default().trim_end_matches("</").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(schemes("corpus/cii/en16931/split-payment.xml"), ["VAT", "LOC"]);
    assert_eq!(
        schemes("corpus/ubl/en16931/split-payment.xml"),
        ["VAT", "TAX"],
        "within the syntax, that of the source"
    );
}
