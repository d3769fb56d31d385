//! Terms from outside: every term of the standard can be set and removed, in every kind of document.
#![cfg(feature = "json")]

use std::path::Path;

use einv::term::{TermId, TermKind, Terms};
use einv::{Conversion, Converter, Document, ErrorKind, Format, OnLoss, Target};

/// One of each kind: both syntaxes, both roots, with much and with little in it, and JSON.
const SAMPLES: &[&str] = &[
    "cii/en16931/minimal.xml",
    "cii/en16931/maximal.xml",
    "cii/extended/wooden-toys.xml",
    "ubl/en16931/minimal.xml",
    "ubl/en16931/minimal-credit.xml",
    "ubl/en16931/maximal-credit.xml",
    "ubl/xrechnung/skonto.xml",
];

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name)).expect("a sample of our own")
}

fn to(format: Format) -> Converter {
    Converter::new().to(Target::for_format(format)).on_loss(OnLoss::Allow)
}

/// Terms that are set: BT-24 follows from the target, BT-3 and the currencies decide what other values are.
fn settable() -> impl Iterator<Item = TermId> {
    let terms = Terms::standard();
    let is_free = move |id: &str| !["BT-24", "BT-3", "BT-5", "BT-6", "BT-23"].contains(&id);
    terms.iter().filter(move |&id| {
        let term = terms.get(id);
        !term.kind().is_group() && !term.is_sub_term() && is_free(term.id())
    })
}

/// `BG-25[1]/BT-131`, with a position wherever one may stand.
fn path(id: TermId) -> String {
    let terms = Terms::standard();
    let mut steps: Vec<String> = Vec::new();
    for group in terms.chain(id).filter(|&group| terms.get(group).repeats() || terms.get(group).id() == "BG-16") {
        let inside_payment = terms.chain(group).any(|around| terms.get(around).id() == "BG-16");
        if !terms.get(id).outer() && !inside_payment {
            steps.insert(0, format!("{}[1]", terms.get(group).id()));
        }
    }
    steps.push(terms.get(id).id().to_owned() + if terms.get(id).repeats() { "[1]" } else { "" });
    steps.join("/")
}

fn value(id: TermId) -> &'static str {
    match Terms::standard().get(id).kind() {
        TermKind::Date => "2026-04-30",
        kind if kind.is_numeric() => "17",
        TermKind::Binary => "QUJD",
        TermKind::Code => "35",
        _ => "SET-FROM-OUTSIDE",
    }
}

fn has(document: &Document, id: TermId, text: &str) -> bool {
    let nodes = document.nodes().filter(|&node| document.term_id(node) == Some(id));
    nodes.into_iter().any(|node| document.text(node).trim() == text)
}

fn has_any(document: &Document, id: &str) -> bool {
    document.terms().find(id).is_some_and(|term| !document.within(None, term).is_empty())
}

fn told(conversion: &Conversion, id: &str) -> bool {
    conversion.report.losses.iter().any(|loss| loss.term.as_deref() == Some(id))
}

#[test]
fn every_term_can_be_set() {
    let terms = Terms::standard();
    let mut wrong = Vec::new();
    let mut set = 0;
    for name in SAMPLES {
        let bytes = sample(name);
        for id in settable() {
            let label = terms.get(id).id();
            for format in [Format::Ubl, Format::Cii, Format::Json] {
                let conversion = to(format).set(path(id), value(id)).convert(&bytes);
                let conversion = match conversion {
                    Ok(conversion) => conversion,
                    Err(error) => {
                        wrong.push(format!("{name} to {format}: {}: {error}", path(id)));
                        continue;
                    }
                };
                let changes = conversion.report.changes.iter();
                if !changes.into_iter().any(|change| change.message.contains("as asked")) {
                    wrong.push(format!("{name} to {format}: {} is no recorded change", path(id)));
                }
                let Some(output) = &conversion.output else { continue };
                set += 1;
                let written = einv::read(output).expect("an output");
                // Without BT-6 nothing tells BT-111 from BT-110.
                let is_nameless = label == "BT-111" && !has_any(&written, "BT-6");
                if !has(&written, id, value(id)) && !told(&conversion, label) && !is_nameless {
                    wrong.push(format!("{name} to {format}: {} is neither there nor told", path(id)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {set}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(set > 2000, "most of them are written: {set}");
}

#[test]
fn every_term_that_is_there_can_be_removed() {
    let terms = Terms::standard();
    let mut wrong = Vec::new();
    for name in SAMPLES {
        let bytes = sample(name);
        let document = einv::read(&bytes).expect("a sample");
        for id in settable().filter(|&id| !document.within(None, id).is_empty()) {
            let all = path(id).replace("[1]", "[*]");
            let conversion = to(Format::Json).unset(all.as_str()).convert(&bytes).expect("a term that can be removed");
            let written = einv::read(&conversion.output.expect("JSON holds all")).expect("an output");
            if !written.within(None, id).is_empty() {
                wrong.push(format!("{name}: {all} is still there ({})", terms.get(id).name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_scheme_goes_to_its_identifier_whatever_the_order() {
    let converter = to(Format::Json).set("BT-34-1", "0204").set("BT-34", "991-1");
    let output = converter.convert(&sample("ubl/en16931/minimal.xml")).unwrap().output.unwrap();
    let text = String::from_utf8(output).unwrap();
    assert!(text.contains("\"value\": \"991-1\"") && text.contains("\"scheme\": \"0204\""), "{text}");
}

#[test]
fn what_cannot_be_set_is_an_error_of_usage() {
    let bytes = sample("ubl/en16931/maximal-credit.xml");
    let places = [
        ("BT-999", "1"),
        ("BG-4/BT-10", "1"),
        ("BG-4", "1"),
        ("BT-24", "urn:x"),
        ("BT-2", "31.12.2026"),
        ("BT-109", "1,00"),
        ("BT-10", " "),
        ("BT-10", "\u{1}"),
        ("BT-10[2]", "1"),
        ("BG-25[0]/BT-133", "1"),
        ("BG-25[99]/BT-133", "1"),
        ("BG-25[x]/BT-133", "1"),
        ("", "1"),
        ("/", "1"),
    ];
    for (path, value) in places {
        let error = to(Format::Ubl).set(path, value).convert(&bytes).expect_err(path);
        assert_eq!(error.kind(), ErrorKind::Usage, "{path}");
        let is_shown = |finding: &einv::Finding| finding.found.is_some() || path.is_empty();
        assert!(error.findings().iter().all(is_shown), "{path}");
    }
}

#[test]
fn a_new_group_stands_behind_the_others() {
    let bytes = sample("ubl/en16931/minimal.xml");
    let converter =
        to(Format::Json).set("BG-1[1]/BT-22", "one").set("BG-1[2]/BT-22", "two").set("BG-1[2]/BT-21", "PMT");
    let text = String::from_utf8(converter.convert(&bytes).unwrap().output.unwrap()).unwrap();
    let (one, two) = (text.find("\"one\"").unwrap(), text.find("\"two\"").unwrap());
    assert!(one < two && text.contains("PMT"));
}
