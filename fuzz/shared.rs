//! What holds for any input whatever. The fuzzer runs these functions over what it makes up, an ordinary test over the
//! seeds. They assert that nothing panics, and laws that need no knowledge of the right answer.

#![allow(dead_code, reason = "every fuzz target uses one of them")]

use std::sync::Arc;

use einv::codelist::CodeList;
use einv::{Conversion, Converter, Format, OnLoss, Tables, Target};

const FORMATS: [Format; 3] = [Format::Ubl, Format::Cii, Format::Json];

/// An invoice in XML, or something like it.
pub(crate) fn xml(data: &[u8]) {
    document(data);
}

/// An invoice in JSON, or something like it.
pub(crate) fn json(data: &[u8]) {
    document(data);
}

/// A PDF with an invoice in it, or something like it. What comes out of it has a name that is safe for a file, and what
/// is converted is what comes out.
pub(crate) fn pdf(data: &[u8]) {
    document(data);
    if let Ok(check) = einv::check(data, &einv::Limits::default()) {
        assert!(check.findings.iter().all(|finding| !finding.message.is_empty()), "a finding that says nothing");
    }
    let Ok(all) = einv::extract_all(data) else { return };
    for file in std::iter::once(&all.invoice).chain(&all.attachments) {
        let name = file.file_name();
        assert!(!name.is_empty() && name.len() <= 200 && !name.starts_with(['.', '-']), "an unsafe name: {name}");
        assert!(!name.contains(['/', '\\', ':']) && !name.contains(char::is_control), "an unsafe name: {name}");
    }
    let one = einv::extract(data).expect("what comes out with the others comes out alone");
    assert_eq!(one.invoice, all.invoice);
}

/// A code list, or something like it.
pub(crate) fn list(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match CodeList::parse("seed", text.to_owned(), "seed.codes") {
        Ok(list) => {
            for section in list.sections() {
                for code in list.codes(section) {
                    assert!(list.contains(code) && list.contains_in(section, code), "`{code}` is not found again");
                }
            }
            let again = CodeList::parse("seed", list.text().to_owned(), "seed.codes");
            assert!(again.is_ok(), "a list is read once and not again");
        }
        Err(findings) => {
            assert!(!findings.is_empty(), "a list is refused without a reason");
            assert!(findings.iter().all(|finding| finding.place.is_some()), "a mistake has no place");
        }
    }
}

/// Tables of an integrator: terms, a line `%%`, rows. Without the line it is rows alone.
pub(crate) fn map(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (terms, rows) = text.split_once("\n%%\n").unwrap_or(("", text));
    let files = [("seed.terms".to_owned(), terms.to_owned()), ("seed.map".to_owned(), rows.to_owned())];
    match Tables::with(&files) {
        Ok(tables) => {
            let tables = Arc::new(tables);
            SAMPLES.iter().for_each(|sample| with_tables(sample, &tables));
        }
        Err(findings) => {
            assert!(!findings.is_empty(), "tables are refused without a reason");
            assert!(findings.iter().all(|finding| !finding.message.is_empty()));
        }
    }
}

/// Targets of an integrator; samples go to each of them.
pub(crate) fn targets(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Tables::with(&[("seed.targets".to_owned(), text.to_owned())]) {
        Ok(tables) => {
            let tables = Arc::new(tables);
            let added = tables.profiles().into_iter().take(4);
            for target in added.filter_map(|profile| tables.target(&profile.target).ok()) {
                let converter = Converter::new().to(target).on_loss(OnLoss::Allow).tables(Arc::clone(&tables));
                SAMPLES.iter().filter_map(|sample| converter.convert(sample).ok()).for_each(|one| is_consistent(&one));
            }
        }
        Err(findings) => assert!(findings.iter().all(|finding| finding.place.is_some()), "a mistake without a place"),
    }
}

/// Terms from outside: `BT-10=4711` on a line sets one, `BT-10` removes it.
pub(crate) fn set(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for format in FORMATS {
        let converter = text.lines().take(20).fold(converter(format), |all, line| match line.split_once('=') {
            Some((term, value)) => all.set(term, value),
            None => all.unset(line),
        });
        for sample in SAMPLES {
            match converter.convert(sample) {
                Ok(conversion) => is_consistent(&conversion),
                Err(error) => assert!(!error.findings().is_empty(), "a term is refused without a reason"),
            }
        }
    }
}

const SAMPLES: [&[u8]; 3] = [
    include_bytes!("seeds/xml/minimal.cii.xml"),
    include_bytes!("seeds/xml/minimal.ubl.xml"),
    include_bytes!("seeds/xml/minimal-credit.ubl.xml"),
];

/// With tables of any content, a conversion may be refused, but ends.
fn with_tables(sample: &[u8], tables: &Arc<Tables>) {
    for format in FORMATS {
        let converter = converter(format).tables(Arc::clone(tables));
        if let Ok(conversion) = converter.convert(sample) {
            is_consistent(&conversion);
        }
    }
}

fn document(data: &[u8]) {
    for format in FORMATS {
        match converter(format).convert(data) {
            Ok(conversion) => {
                is_consistent(&conversion);
                if let Some(output) = &conversion.output {
                    converts_to_itself(output, format);
                }
            }
            Err(error) => assert!(!error.findings().is_empty(), "an input is refused without a reason"),
        }
    }
}

/// What was written is an invoice of the same format, and converting it again changes no byte and loses no value.
fn converts_to_itself(output: &[u8], format: Format) {
    let again = converter(format).convert(output).unwrap_or_else(|error| panic!("an output cannot be read: {error}"));
    let told = || format!("{:?} {:?}", again.report.losses, again.report.findings);
    let bytes = again.output.as_deref().unwrap_or_else(|| panic!("an output does not convert again: {}", told()));
    if bytes != output {
        let (before, after) = (String::from_utf8_lossy(output), String::from_utf8_lossy(bytes));
        let mut lines = before.lines().zip(after.lines());
        let first = lines.find(|(before, after)| before != after);
        panic!("a second conversion writes other bytes, at first {first:?}");
    }
}

/// The report says what happened.
fn is_consistent(conversion: &Conversion) {
    let report = &conversion.report;
    assert_eq!(conversion.output.is_some(), report.written);
    assert!(report.all().iter().all(|finding| !finding.message.is_empty()));
}

fn converter(format: Format) -> Converter {
    Converter::new().to(Target::for_format(format)).on_loss(OnLoss::Allow)
}
