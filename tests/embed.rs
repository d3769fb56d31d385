//! Hybrid PDFs by way of the library: what goes in comes out, the same in gives the same out, and what a PDF says of its
//! invoice is what the tables say.
#![cfg(feature = "pdf")]

#[path = "corpus/sample.rs"]
#[allow(dead_code, reason = "other tests use more of it")]
mod sample;

use std::path::{Path, PathBuf};

use einv::{Converter, ErrorKind, Format, Hybrid, Limits, OnLoss, Severity, Tables, Target};

const CII: &[u8] = include_bytes!("../corpus/cii/en16931/consulting.xml");
const MAXIMAL: &[u8] = include_bytes!("../corpus/cii/en16931/maximal.xml");
const PAGES: &[u8] = include_bytes!("cli/inputs/no-invoice.pdf");
const HYBRID: &[u8] = include_bytes!("../corpus/facturx/en16931/hybrid.pdf");

fn embed(invoice: &[u8], pages: &[u8]) -> Result<einv::Embedded, einv::Error> {
    einv::embed(invoice, None, &Hybrid::new().visual(pages), &Limits::default())
}

fn converter(hybrid: Hybrid) -> Converter {
    Converter::new().to(Target::for_format(Format::FacturX)).hybrid(hybrid)
}

/// Everything that ends in .pdf in a folder.
fn pdfs(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => pdfs(&path, found),
            false if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("pdf")) => {
                found.push(path)
            }
            false => {}
        }
    }
}

/// The PDFs of the project, and of an outside collection if there is one.
fn samples() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let outside =
        std::env::var_os("EINV_SAMPLES").map_or_else(|| sample::root().join("../shared/corpus"), PathBuf::from);
    for folder in [sample::root().join("corpus"), sample::root().join("tests/cli/inputs"), outside] {
        pdfs(&folder, &mut found);
    }
    found.sort();
    found
}

#[test]
fn what_goes_in_comes_out_and_twice_is_once() {
    let (mut done, mut wrong) = (0, Vec::new());
    for path in samples() {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let invoice = einv::extract(&bytes).map_or_else(|_| CII.to_vec(), |extraction| extraction.invoice.bytes);
        let Ok(once) = embed(&invoice, &bytes) else { continue };
        done += 1;
        let out = einv::extract(&once.bytes).map(|extraction| extraction.invoice.bytes);
        if out.as_ref().ok() != Some(&invoice) {
            wrong.push(format!("{}: another invoice comes out", path.display()));
        }
        match embed(&invoice, &once.bytes) {
            Ok(twice) if twice.bytes == once.bytes => {}
            Ok(_) => wrong.push(format!("{}: twice is not once", path.display())),
            Err(error) => wrong.push(format!("{}: not a second time: {error}", path.display())),
        }
        if embed(&invoice, &bytes).map(|again| again.bytes).ok() != Some(once.bytes) {
            wrong.push(format!("{}: other bytes from the same input", path.display()));
        }
    }
    assert!(done >= 5, "{done} PDFs took an invoice");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn any_encoding_goes_in_as_it_is() {
    let text = std::str::from_utf8(CII).expect("UTF-8").replace("UTF-8", "UTF-16");
    let utf16: Vec<u8> = "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let marked = ["\u{FEFF}".as_bytes(), CII].concat();
    let latin = std::str::from_utf8(CII).expect("UTF-8").replace("UTF-8", "ISO-8859-15").replace('œ', "oe");
    let latin: Vec<u8> = latin.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
    for invoice in [utf16, marked, latin] {
        let embedded = embed(&invoice, PAGES).expect("a hybrid PDF");
        let out = einv::extract(&embedded.bytes).expect("an invoice").invoice.bytes;
        assert!(out == invoice, "other bytes come out: {}", String::from_utf8_lossy(&out[..100]));
    }
}

#[test]
fn what_no_reader_would_find_is_refused_by_name() {
    let gzip = {
        use std::io::Write;
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(CII).and_then(|()| packed.finish()).expect("memory")
    };
    let wrapped = Converter::new().to(Target::for_format(Format::Cii)).wrap(einv::Wrapping::sbdh());
    let wrapped = wrapped.convert(MAXIMAL).expect("a conversion").output.expect("an envelope");
    for (invoice, found) in [(gzip, "a gzip file"), (wrapped, "an SBDH envelope around it"), (HYBRID.to_vec(), "a PDF")]
    {
        let error = embed(&invoice, PAGES).expect_err("what is no plain CII");
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert_eq!(error.findings()[0].found.as_deref(), Some(found));
        assert!(error.findings()[0].help.is_some());
    }
}

#[test]
fn a_profile_that_is_not_for_a_country_is_told_by_its_rule() {
    let abroad = include_str!("../corpus/cii/basicwl/rent.xml");
    let within = abroad.replace("<ram:CountryID>DK<", "<ram:CountryID>DE<");
    for (invoice, expected) in [(abroad, false), (&within, true)] {
        let embedded = embed(invoice.as_bytes(), PAGES).expect("a hybrid PDF");
        let check = einv::check(&embedded.bytes, &Limits::default()).expect("a check");
        let rule = check.findings.iter().find(|finding| finding.code == "BR-HYBRID-DE-02");
        assert_eq!(rule.map(|finding| finding.severity), expected.then_some(Severity::Warning));
    }
}

#[test]
fn a_pdf_says_of_its_invoice_what_the_table_says() {
    let mut seen = 0;
    for profile in Tables::standard().profiles().into_iter().filter(|profile| profile.file.is_some()) {
        let target = Target::named(&format!("facturx/{}", profile.profile)).expect("a target of hybrid PDFs");
        let converter = converter(Hybrid::new().visual(PAGES)).to(target).on_loss(OnLoss::Allow);
        for sample in ["cii/en16931/consulting.xml", "ubl/xrechnung/skonto.xml", "cii/basic/minimal.xml"] {
            let Ok(bytes) = std::fs::read(sample::root().join("corpus").join(sample)) else { continue };
            let conversion = converter.convert(&bytes).expect("a sample that can be read");
            let Some(output) = conversion.output else { continue };
            seen += 1;
            let inspection = einv::inspect(&output).expect("a PDF that can be read");
            let pdf = inspection.pdf.expect("a PDF");
            let xmp = pdf.xmp.expect("metadata");
            assert_eq!(xmp.level, profile.level, "{}", profile.target);
            assert_eq!(xmp.file_name, profile.file, "{}", profile.target);
            assert_eq!(conversion.report.target.format, "facturx");
            let warnings = inspection.findings.iter().filter(|finding| finding.severity >= Severity::Warning);
            let about_pdf: Vec<_> = warnings.filter(|finding| finding.code.starts_with("EINV-P")).collect();
            assert!(about_pdf.is_empty(), "{}: {about_pdf:?}", profile.target);
        }
    }
    assert!(seen >= 8, "{seen} conversions");
}

#[test]
fn the_invoice_of_a_hybrid_is_written_by_the_tables() {
    let conversion = converter(Hybrid::new()).convert(HYBRID).expect("a sample that can be read");
    let inside = einv::extract(&conversion.output.expect("nothing is lost")).expect("an invoice").invoice.bytes;
    let plain =
        Converter::new().to(Target::for_format(Format::Cii)).convert(HYBRID).expect("a sample that can be read");
    assert_eq!(Some(inside), plain.output);
}

#[test]
fn without_pages_there_is_no_pdf() {
    let error = converter(Hybrid::new()).convert(CII).expect_err("no pages");
    assert_eq!(error.kind(), ErrorKind::Usage);
    let error = converter(Hybrid::new().visual_from_attachment()).convert(CII).expect_err("nothing attached");
    assert_eq!(error.kind(), ErrorKind::Usage);
    for pages in [&b"no PDF"[..], b"%PDF-1.7 and nothing more", b""] {
        assert_eq!(converter(Hybrid::new().visual(pages)).convert(CII).expect_err("no PDF").kind(), ErrorKind::Input);
        assert_eq!(embed(CII, pages).expect_err("no PDF").kind(), ErrorKind::Input);
    }
}

#[test]
fn what_the_caller_says_is_checked() {
    let wrong = Hybrid::new().visual(PAGES).relationship("Friend").names("mine").date("yesterday");
    let error = converter(wrong.clone()).convert(CII).expect_err("three mistakes");
    assert_eq!((error.kind(), error.findings().len()), (ErrorKind::Usage, 3));
    let error = einv::embed(CII, None, &wrong, &Limits::default()).expect_err("three mistakes");
    assert_eq!(error.findings().len(), 3);
}

#[test]
fn an_unknown_specification_needs_a_profile() {
    let text = String::from_utf8(CII.to_vec()).expect("UTF-8").replace("urn:cen.eu:en16931:2017<", "urn:acme:own<");
    let error = embed(text.as_bytes(), PAGES).expect_err("nobody knows it");
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.findings()[0].help.as_deref().is_some_and(|help| help.contains("--profile")));
    let target = Target::named("facturx/extended").expect("a target of hybrid PDFs");
    let hybrid = Hybrid::new().visual(PAGES);
    let embedded = einv::embed(text.as_bytes(), Some(&target), &hybrid, &Limits::default()).expect("a known profile");
    assert_eq!(embedded.level, "EXTENDED");
}

#[test]
fn the_date_is_said_or_that_of_the_invoice() {
    let date = |hybrid: Hybrid| {
        let bytes = einv::embed(CII, None, &hybrid.visual(PAGES), &Limits::default()).expect("a PDF").bytes;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (_, behind) = text.split_once("<xmp:ModifyDate>").expect("metadata that say when");
        behind[..10].to_owned()
    };
    assert_eq!(date(Hybrid::new()), "2025-09-30");
    assert_eq!(date(Hybrid::new().date("2026-03-02T10:00:00Z")), "2026-03-02");
}

#[test]
fn attachments_go_both_ways() {
    let attach = |target: &str| Converter::new().to(Target::named(target).expect("a target"));
    let there = attach("cii").attach_pdf().attach("data.csv", "1;2").convert(HYBRID).expect("a hybrid").output;
    let there = there.expect("nothing is lost");
    let hybrid = Hybrid::new().visual_from_attachment().move_attachments();
    let back = converter(hybrid).convert(&there).expect("it carries pages").output.expect("nothing is lost");
    let all = einv::extract_all(&back).expect("an invoice");
    let names: Vec<&str> = all.attachments.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["data.csv"], "the pages are the PDF, and the other file is in it");
    let again = attach("cii").attach_files().convert(&back).expect("a hybrid").output.expect("nothing is lost");
    let all = einv::extract_all(&again).expect("an invoice");
    assert!(all.attachments.iter().any(|file| file.name == "data.csv" && file.bytes == b"1;2"));
}

#[test]
fn french_invoices_call_the_pages_by_their_code() {
    let fr = Converter::new().to(Target::named("cii/fr").expect("a target")).set("BT-23", "S1").on_loss(OnLoss::Allow);
    let described = |converter: Converter| {
        let conversion = converter.attach_pdf().convert(HYBRID).expect("a hybrid");
        conversion.report.findings.iter().any(|finding| finding.code == "BR-FR-17")
    };
    assert!(!described(fr), "LISIBLE is a code of the list");
}

#[test]
fn a_type_that_the_target_does_not_allow_is_a_loss() {
    let converter = Converter::new().to(Target::for_format(Format::Ubl)).attach("a.exe", "MZ");
    let conversion = converter.convert(CII).expect("a sample that can be read");
    assert!(conversion.output.is_none());
    assert_eq!(conversion.report.losses.iter().filter(|loss| loss.term.as_deref() == Some("BG-24")).count(), 1);
}
