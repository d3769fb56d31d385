//! Whatever an invoice stands in, it is the same invoice: other encodings, gzip, an SBDH envelope.
#![cfg(feature = "json")]

use std::io::Write;

use einv::{Carrier, Converter, Detected, Format, OnLoss, Target, detect};
use flate2::Compression;
use flate2::write::GzEncoder;

#[path = "corpus/sample.rs"]
#[allow(dead_code, reason = "shared with the tests of the corpus")]
mod sample;

/// What becomes of an input as JSON: the whole invoice, unless it is one that is refused.
fn json(bytes: &[u8]) -> Option<Vec<u8>> {
    let converter = Converter::new().to(Target::for_format(Format::Json)).on_loss(OnLoss::Allow);
    converter.convert(bytes).unwrap_or_else(|error| panic!("{error}")).output
}

/// Own invoices in XML.
fn invoices() -> impl Iterator<Item = (String, String)> {
    let own = sample::own().into_iter().filter(|sample| !sample.is_pdf());
    own.map(|sample| {
        (sample.name, String::from_utf8(sample.bytes).expect("UTF-8").trim_start_matches('\u{FEFF}').to_owned())
    })
}

fn declared(text: &str, encoding: &str) -> String {
    let body = text.find("?>").map_or(text, |end| &text[end + 2..]);
    format!("<?xml version=\"1.0\" encoding='{encoding}'?>{body}")
}

fn utf_16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

const HEADER: &str = "<sh:StandardBusinessDocumentHeader><sh:HeaderVersion>1.0</sh:HeaderVersion>\
    <sh:Sender><sh:Identifier Authority=\"iso6523-actorid-upis\">0088:7300010000001</sh:Identifier></sh:Sender>\
    <sh:Receiver><sh:Identifier Authority=\"iso6523-actorid-upis\">9930:de123456789</sh:Identifier></sh:Receiver>\
    </sh:StandardBusinessDocumentHeader>";

/// The invoice in an envelope. Its own namespaces are moved to the envelope, from where they hold, too.
fn enveloped(text: &str) -> String {
    let body = text.find("?>").map_or(text, |end| &text[end + 2..]);
    format!(
        "<sh:StandardBusinessDocument xmlns:sh=\"http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader\">\
         {HEADER}{body}</sh:StandardBusinessDocument>"
    )
}

#[test]
fn encodings_and_gzip_change_nothing() {
    let mut latin = 0;
    for (name, text) in invoices() {
        let expected = json(text.as_bytes());
        for bytes in [
            format!("\u{FEFF}{text}").into_bytes(),
            utf_16(&declared(&text, "UTF-16"), u16::to_le_bytes),
            utf_16(&declared(&text, "utf-16"), u16::to_be_bytes),
            packed(text.as_bytes()),
            packed(&utf_16(&declared(&text, "UTF-16"), u16::to_le_bytes)),
        ] {
            assert_eq!(json(&bytes), expected, "{name}");
        }
        let in_latin = declared(&text, "ISO-8859-1");
        if in_latin.chars().all(|c| u32::from(c) < 0x80 || (0xA0..0x100).contains(&u32::from(c))) {
            latin += 1;
            assert_eq!(json(&in_latin.chars().map(|c| c as u8).collect::<Vec<u8>>()), expected, "{name}");
        }
    }
    assert!(latin > 10, "{latin} samples could be written in Latin-1");
}

#[test]
fn an_envelope_changes_nothing_and_is_told() {
    let converter = Converter::new().to(Target::for_format(Format::Ubl)).on_loss(OnLoss::Allow);
    for (name, text) in invoices() {
        let bytes = enveloped(&text).into_bytes();
        assert_eq!(json(&bytes), json(text.as_bytes()), "{name}");
        let (bare, inside) = (converter.convert(text.as_bytes()).unwrap(), converter.convert(&bytes).unwrap());
        assert_eq!(inside.output, bare.output, "{name}");
        assert_eq!(inside.report.losses.len(), bare.report.losses.len(), "{name}");
        let told = inside.report.findings.iter().find(|finding| finding.code == "EINV-R08").unwrap();
        assert_eq!(told.found.as_deref(), Some("sent by 0088:7300010000001 to 9930:de123456789"));
        for (outer, bare) in inside.report.losses.iter().zip(&bare.report.losses) {
            let place = |loss: &einv::Loss| loss.finding.place.clone().map(|place| place.path.unwrap_or_default());
            let inside = place(bare).map(|path| format!("/sh:StandardBusinessDocument{path}"));
            assert_eq!(place(outer), inside, "{name}");
        }
    }
}

#[test]
fn what_holds_on_the_envelope_holds_inside() {
    let (_, text) = invoices().find(|(name, _)| name == "ubl/en16931/minimal.xml").unwrap();
    let (head, rest) = text[text.find("<Invoice").unwrap()..].split_once('>').unwrap();
    let (_, declarations) = head.split_once(' ').unwrap();
    let moved = format!(
        "<sh:StandardBusinessDocument xmlns:sh=\"http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader\" \
         {declarations}><!-- > -->{HEADER}\n<Invoice>{rest}</sh:StandardBusinessDocument>"
    );
    assert_eq!(json(moved.as_bytes()), json(text.as_bytes()));
}

#[test]
fn own_samples_are_detected() {
    for sample in sample::own() {
        let detected = detect(&sample.bytes).unwrap_or_else(|error| panic!("{}: {error}", sample.name));
        assert_eq!(detected.syntax, Some(sample.syntax.name().to_owned()), "{}", sample.name);
        assert!(detected.is_invoice && detected.is_convertible());
        assert_eq!(detected.carriers.contains(&Carrier::Pdf), sample.is_pdf(), "{}", sample.name);
        let folder = sample.name.split('/').nth(1).unwrap();
        if folder == "xrechnung" {
            assert!(detected.profile.unwrap().starts_with("XRechnung"), "{}", sample.name);
        }
    }
}

#[test]
fn carriers_are_detected_from_the_outside_inwards() {
    let (_, text) = invoices().find(|(name, _)| name == "ubl/en16931/minimal.xml").unwrap();
    let Detected { carriers, envelope, specification, profile, .. } =
        detect(&packed(enveloped(&text).as_bytes())).unwrap();
    assert_eq!(carriers, [Carrier::Gzip, Carrier::Sbdh]);
    assert_eq!(envelope.unwrap().receivers[0].identifier, "9930:de123456789");
    assert_eq!(specification.as_deref(), Some("urn:cen.eu:en16931:2017"));
    assert_eq!(profile.as_deref(), Some("EN 16931"));
    let detected = detect(&json(text.as_bytes()).unwrap()).unwrap();
    assert_eq!(detected.syntax.as_deref(), Some("json"));
    assert!(!detect(b"{\"a\": 1}").unwrap().is_convertible());
    assert!(!detect(b"").unwrap().is_invoice);
}

/// What the index of outside samples says of each.
#[test]
fn outside_samples_are_detected() {
    let folder = std::env::var_os("EINV_SAMPLES").map_or_else(|| sample::root().join("../shared/corpus"), Into::into);
    let Ok(index) = std::fs::read_to_string(folder.join("index.tsv")) else { return };
    for row in index.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        let (path, syntax, specification) = (columns[0], columns[2], columns[3]);
        let detected = match detect(&std::fs::read(folder.join(path)).unwrap()) {
            Ok(detected) => detected,
            Err(error) if syntax == "none" => {
                assert!(!error.findings().is_empty());
                continue;
            }
            Err(error) => panic!("{path}: {error}"),
        };
        let expected = match syntax {
            "ubl-invoice" | "ubl-creditnote" => Some("ubl"),
            "cii" => Some("cii"),
            _ => None,
        };
        match syntax {
            "zugferd1" => assert!(detected.is_invoice, "{path}"),
            _ => assert_eq!(detected.syntax.as_deref(), expected, "{path}"),
        }
        if syntax == "none" {
            continue;
        }
        assert_eq!(detected.specification.unwrap_or_default(), specification.trim(), "{path}");
        assert!(syntax == "cdar" || detected.profile.is_some(), "{path}: {specification}");
    }
}
