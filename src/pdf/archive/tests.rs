//! PDFs built in memory, each with one lack.

use std::path::Path;

use lopdf::{Document, Object, Stream, dictionary};

use super::*;

/// Mends the files of a folder and writes them as PDF/A without an invoice, for a validator to look at.
#[test]
fn trial() {
    let (Ok(from), Ok(to)) = (std::env::var("TRIAL_IN"), std::env::var("TRIAL_OUT")) else { return };
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let path = entry.path();
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let limits = Limits::default();
        let mut document = match crate::pdf::load::load(&bytes, &limits, crate::pdf::load::Table::AsWritten) {
            Ok(document) => document,
            Err(finding) => {
                println!("{name}\tunreadable\t{}", finding.message);
                continue;
            }
        };
        let xmp = crate::pdf::facts(&bytes, &limits).ok().and_then(|facts| facts.xmp);
        for lack in examine(&document, xmp.as_ref(), &limits).unwrap() {
            println!(
                "{name}\tlack\t{:?}\t{}\t{} {:?} {:?}",
                lack.remedy,
                lack.clause,
                lack.finding.message,
                lack.finding.found,
                lack.finding.place.and_then(|p| p.path)
            );
        }
        let mended = mend(&mut document, xmp.as_ref(), &limits).unwrap();
        let again = examine(&document, xmp.as_ref(), &limits).unwrap();
        for lack in again.iter().filter(|lack| lack.remedy == Remedy::Mending && lack.clause != "6.1.3-2") {
            println!("{name}\tstill\t{}", lack.clause);
        }
        println!("{name}\t{}\t{:?}", if mended.left.is_empty() { "fine" } else { "hopeless" }, mended.level);
        write(document, mended.level, &Path::new(&to).join(&name));
    }
}

fn write(mut document: Document, level: Level, path: &Path) {
    let packet = format!(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF \
         xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" \
         xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" pdfaid:part=\"3\" pdfaid:conformance=\"{}\"/></rdf:RDF></x:xmpmeta>\
         <?xpacket end=\"w\"?>",
        level.letter()
    );
    let metadata = Stream::new(dictionary! { "Type" => "Metadata", "Subtype" => "XML" }, packet.into_bytes());
    let metadata = document.add_object(metadata.with_compression(false));
    document.catalog_mut().unwrap().set("Metadata", metadata);
    let id = Object::string_literal("0123456789abcdef");
    document.trailer.set("ID", vec![id.clone(), id]);
    document.version = "1.7".to_owned();
    document.reference_table.cross_reference_type = lopdf::xref::XrefType::CrossReferenceTable;
    for key in ["Type", "W", "Index", "Filter", "DecodeParms", "Length", "Prev", "XRefStm"] {
        document.trailer.remove(key.as_bytes());
    }
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    std::fs::write(path, bytes).unwrap();
}
