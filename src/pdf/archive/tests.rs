//! PDFs built in memory, each with one lack.

mod samples;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

use super::*;
use crate::finding::PDF_LIMIT;

/// A document of one page with this content and these resources; `change` gets the catalogue and the page.
fn document(content: &str, resources: Dictionary, change: impl FnOnce(&mut Document, ObjectId, ObjectId)) -> Document {
    let mut document = Document::with_version("1.7");
    let content = document.add_object(Stream::new(Dictionary::new(), content.as_bytes().to_vec()));
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Contents" => content, "Resources" => resources,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    });
    let pages = document.add_object(dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 });
    document.get_dictionary_mut(page).unwrap().set("Parent", pages);
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    change(&mut document, catalog, page);
    document
}

fn lacks(document: &Document) -> Vec<Lack> {
    let mut lacks = examine(document, None, &Limits::default()).unwrap();
    lacks.retain(|lack| lack.remedy != Remedy::Writing);
    lacks
}

fn clauses(document: &Document) -> Vec<&'static str> {
    lacks(document).iter().map(|lack| lack.clause).collect()
}

/// The clauses that a page falls short of.
fn of_page(content: &str, resources: Dictionary) -> Vec<&'static str> {
    clauses(&document(content, resources, |_, _, _| {}))
}

/// Mends a document; gives what is left to be mended, which should be nothing.
fn mended(document: &mut Document) -> Mended {
    let mended = mend(document, None, &Limits::default()).unwrap();
    let again: Vec<_> = lacks(document).into_iter().filter(|lack| lack.remedy == Remedy::Mending).collect();
    assert_eq!(again, [], "mended, and still lacking");
    mended
}

#[test]
fn an_empty_page_lacks_nothing() {
    assert_eq!(of_page("", Dictionary::new()), [""; 0]);
    assert_eq!(of_page("q 1 0 0 1 0 0 cm Q % nothing is drawn", Dictionary::new()), [""; 0]);
}

#[test]
fn colours_of_a_device_need_an_intent() {
    for content in ["0 0 9 9 re f", "0 g", "1 0 0 RG", "BI /W 1 /H 1 /BPC 8 /CS /G ID x EI", "/DeviceRGB cs"] {
        let mut document = document(content, Dictionary::new(), |_, _, _| {});
        assert_eq!(clauses(&document), ["6.2.4.3-4"], "{content}");
        assert_eq!(mended(&mut document).left, []);
        let intents = document.catalog().unwrap().get(b"OutputIntents").unwrap().as_array().unwrap();
        let profile = intents[0].as_dict().unwrap().get(b"DestOutputProfile").unwrap().as_reference().unwrap();
        assert!(document.get_object(profile).unwrap().as_stream().is_ok());
    }
}

#[test]
fn cmyk_without_a_profile_has_no_remedy() {
    let spaces = |space: Object| dictionary! { "ColorSpace" => dictionary! { "C" => space } };
    let indexed = vec!["Indexed".into(), "DeviceCMYK".into(), 0.into(), Object::string_literal("abcd")];
    let spot = vec!["Separation".into(), "Gold".into(), "DeviceCMYK".into(), Dictionary::new().into()];
    for (content, resources) in [
        ("0 0 0 1 k", Dictionary::new()),
        ("/DeviceCMYK CS", Dictionary::new()),
        ("/C cs 0 sc 0 0 9 9 re f", spaces(indexed.into())),
        ("/C cs 1 scn", spaces(spot.into())),
    ] {
        let mut document = document(content, resources, |_, _, _| {});
        let left = mended(&mut document).left;
        assert_eq!(left.iter().map(|lack| lack.clause).collect::<Vec<_>>(), ["6.2.4.3-3"], "{content}");
        assert_eq!(left[0].finding.place.as_ref().unwrap().path.as_deref(), Some("page 1"));
    }
}

#[test]
fn what_the_resources_put_in_place_of_a_device_counts() {
    let lab = vec!["Lab".into(), Dictionary::new().into()];
    let resources = dictionary! { "ColorSpace" => dictionary! { "DefaultCMYK" => lab.clone(), "DefaultGray" => lab } };
    assert_eq!(of_page("0 0 0 1 k 0 g", resources), [""; 0]);
}

#[test]
fn fonts_count_where_they_are_drawn() {
    let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" };
    let resources = || dictionary! { "Font" => dictionary! { "F" => font.clone() } };
    let drawn = of_page("BT /F 9 Tf (a) Tj ET", resources());
    assert_eq!(drawn, ["6.2.11.4.1-1", "6.2.4.3-4"]);
    assert_eq!(of_page("BT /F 9 Tf 3 Tr (a) Tj ET", resources()), [""; 0], "written, not drawn");
    assert_eq!(of_page("BT /F 9 Tf [ -3 ] TJ ET", resources()), [""; 0], "nothing is written");
    assert_eq!(of_page("BT /F 9 Tf () Tj ET", resources()), ["6.2.11.4.1-1"], "an empty text is a text");
    let document = document("BT /F 9 Tf (a) Tj ET", resources(), |_, _, _| {});
    let finding = &lacks(&document)[0].finding;
    assert_eq!((finding.code.as_str(), finding.found.as_deref()), ("EINV-P05", Some("`Helvetica`")));
}

#[test]
fn forms_patterns_and_glyphs_are_looked_into() {
    let inner = |kind: Dictionary| {
        let mut document = document("", Dictionary::new(), |_, _, _| {});
        let mut dictionary = kind;
        dictionary.set("Resources", Dictionary::new());
        let id = document.add_object(Stream::new(dictionary, b"0 0 0 1 k".to_vec()));
        (document, id)
    };
    let page = |document: &Document| document.page_iter().next().unwrap();
    for (kind, content, key) in [
        (dictionary! { "Subtype" => "Form" }, "/X Do", "XObject"),
        (dictionary! { "PatternType" => 1 }, "/Pattern cs /X scn", "Pattern"),
    ] {
        let (mut document, id) = inner(kind);
        let page = page(&document);
        document.add_page_contents(page, content.as_bytes().to_vec()).unwrap();
        let resources = dictionary! { key => dictionary! { "X" => id } };
        document.get_dictionary_mut(page).unwrap().set("Resources", resources);
        assert!(clauses(&document).contains(&"6.2.4.3-3"), "{key}");
    }
    let (mut document, id) = inner(Dictionary::new());
    let page = page(&document);
    document.add_page_contents(page, b"BT /F 1 Tf (a) Tj ET".to_vec()).unwrap();
    let font = dictionary! { "Type" => "Font", "Subtype" => "Type3", "CharProcs" => dictionary! { "a" => id },
    "FirstChar" => 97, "LastChar" => 97, "Widths" => vec![1.into()] };
    document.get_dictionary_mut(page).unwrap().set("Resources", dictionary! { "Font" => dictionary! { "F" => font } });
    assert!(clauses(&document).contains(&"6.2.4.3-3"));
}

#[test]
fn content_has_rules_of_its_own() {
    assert_eq!(of_page("0 0 m Xx", Dictionary::new()), ["6.2.2-1"]);
    assert_eq!(of_page(&"q ".repeat(28), Dictionary::new()), [""; 0]);
    assert_eq!(of_page(&"q ".repeat(29), Dictionary::new()), ["6.1.13-8"]);
    assert_eq!(of_page("/Loud ri", Dictionary::new()), ["6.2.6-1"]);
    let states = dictionary! { "ExtGState" => dictionary! { "G" => dictionary! { "BM" => "Shout" } } };
    assert!(of_page("/G gs", states).contains(&"6.2.10-1"));
}

#[test]
fn what_runs_by_itself_goes() {
    let script = || dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("1") };
    let mut document = document("", Dictionary::new(), |document, catalog, page| {
        let next = document.add_object(script());
        let first = dictionary! { "S" => "URI", "URI" => Object::string_literal("x:"), "Next" => vec![next.into()] };
        let catalog = document.get_dictionary_mut(catalog).unwrap();
        catalog.set("OpenAction", first);
        catalog.set("AA", dictionary! { "WC" => script() });
        catalog.set("Names", dictionary! { "JavaScript" => Dictionary::new() });
        document.get_dictionary_mut(page).unwrap().set("AA", dictionary! { "O" => script() });
    });
    assert_eq!(clauses(&document), ["6.5.2-1", "6.5.2-2", "6.5.1-1", "6.5.1-1"]);
    let mended = mended(&mut document);
    assert_eq!((mended.left, mended.done.len()), (Vec::new(), 4));
    let catalog = document.catalog().unwrap();
    let action = catalog.get(b"OpenAction").unwrap().as_dict().unwrap();
    assert!(!catalog.has(b"AA") && action.get(b"Next").unwrap().as_array().unwrap().is_empty());
}

#[test]
fn a_place_to_open_at_is_no_action() {
    let document = document("", Dictionary::new(), |document, catalog, page| {
        let target = vec![page.into(), "Fit".into()];
        document.get_dictionary_mut(catalog).unwrap().set("OpenAction", target);
    });
    assert_eq!(clauses(&document), [""; 0]);
}

/// A document with one annotation.
fn annotated(annotation: Dictionary) -> (Document, ObjectId) {
    let mut id = (0, 0);
    let document = document("", Dictionary::new(), |document, _, page| {
        let mut annotation = annotation;
        annotation.set("Rect", vec![Object::from(0), 0.into(), 9.into(), 9.into()]);
        id = document.add_object(annotation);
        document.get_dictionary_mut(page).unwrap().set("Annots", vec![Object::from(id)]);
    });
    (document, id)
}

#[test]
fn annotations_are_printed_or_go() {
    for (flags, expected) in [
        (None, Some(4)),
        (Some(0), Some(4)),
        (Some(4 | 256 | 1), Some(4)),
        (Some(64), Some(68)),
        (Some(2), None),
        (Some(4 | 32), None),
    ] {
        let mut annotation = dictionary! { "Subtype" => "Link" };
        if let Some(flags) = flags {
            annotation.set("F", flags);
        }
        let (mut document, id) = annotated(annotation);
        mended(&mut document);
        let page = document.page_iter().next().unwrap();
        let shown = !document.get_dictionary(page).unwrap().get(b"Annots").unwrap().as_array().unwrap().is_empty();
        let flags = document.get_dictionary(id).unwrap().get(b"F").and_then(Object::as_i64).ok();
        assert_eq!(shown.then_some(flags).flatten(), expected, "{flags:?}");
    }
}

#[test]
fn annotations_say_how_they_look() {
    let of = |annotation| clauses(&annotated(annotation).0);
    assert_eq!(of(dictionary! { "Subtype" => "Text", "F" => 4 }), ["6.3.3-1"]);
    assert_eq!(
        of(dictionary! { "Subtype" => "Movie", "F" => 4, "AP" => dictionary! { "N" => Dictionary::new() } }),
        ["6.3.1-1", "6.3.3-4"]
    );
    let (mut document, id) =
        annotated(dictionary! { "Subtype" => "Widget", "FT" => "Tx", "F" => 4, "AA" => Dictionary::new() });
    assert_eq!(clauses(&document), ["6.3.3-1", "6.4.1-1"]);
    assert_eq!(mended(&mut document).left, []);
    assert!(document.get_dictionary(id).unwrap().has(b"AP"));
}

#[test]
fn a_signature_forbids_every_change() {
    let signature = dictionary! { "ByteRange" => vec![0.into(), 1.into(), 2.into(), 3.into()] };
    let field = dictionary! { "FT" => "Sig", "V" => signature };
    let form = dictionary! { "Fields" => vec![Object::from(field)] };
    let document = document("", Dictionary::new(), |document, catalog, _| {
        document.get_dictionary_mut(catalog).unwrap().set("AcroForm", form);
    });
    let lacks = lacks(&document);
    assert_eq!((lacks.len(), lacks[0].remedy, lacks[0].finding.code.as_str()), (1, Remedy::Refused, "EINV-P06"));
}

#[test]
fn values_have_limits_everywhere() {
    let long = "n".repeat(128);
    let object = dictionary! {
        "A" => Object::Name(long.into_bytes()), "B" => i64::from(i32::MAX) + 1, "C" => 1.0e-40_f32,
        "D" => Object::string_literal("t".repeat(32_768)),
    };
    let mut document = document("", Dictionary::new(), |document, _, _| {
        document.add_object(object);
    });
    assert_eq!(clauses(&document), ["6.1.13-1", "6.1.13-3", "6.1.13-4", "6.1.13-5"]);
    assert_eq!(mended(&mut document).left.len(), 3);
}

#[test]
fn layers_are_named_and_listed() {
    let mut document = document("", Dictionary::new(), |document, catalog, _| {
        let layer = document.add_object(dictionary! { "Type" => "OCG" });
        let configuration = || dictionary! { "Name" => Object::string_literal("one"), "Order" => Vec::<Object>::new(), "AS" => Vec::<Object>::new() };
        let layers = dictionary! { "OCGs" => vec![Object::from(layer)], "D" => configuration(),
        "Configs" => vec![Object::from(configuration()), Dictionary::new().into()] };
        document.get_dictionary_mut(catalog).unwrap().set("OCProperties", layers);
    });
    assert_eq!(clauses(&document), ["6.9-3", "6.9-4", "6.9-2", "6.9-1"]);
    assert_eq!(mended(&mut document).left, []);
}

#[test]
fn a_claim_is_kept_as_far_as_it_holds() {
    let level = |part: &str, conformance: &str, change: fn(&mut Document, ObjectId)| {
        let xmp =
            Xmp { pdfa_part: Some(part.to_owned()), pdfa_conformance: Some(conformance.to_owned()), ..Xmp::default() };
        let mut document = document("", Dictionary::new(), |document, catalog, _| change(document, catalog));
        mend(&mut document, Some(&xmp), &Limits::default()).unwrap().level
    };
    let tagged = |document: &mut Document, catalog: ObjectId| {
        let root = document.add_object(
            dictionary! { "K" => dictionary! { "S" => "Chapter" }, "RoleMap" => dictionary! { "Chapter" => "Sect" } },
        );
        let catalog = document.get_dictionary_mut(catalog).unwrap();
        catalog.set("StructTreeRoot", root);
        catalog.set("MarkInfo", dictionary! { "Marked" => true });
        catalog.set("Lang", Object::string_literal("de-AT"));
    };
    assert_eq!(level("3", "A", tagged), Level::A);
    assert_eq!(level("1", "a", tagged), Level::A);
    assert_eq!(level("3", "A", |_, _| {}), Level::U);
    assert_eq!(level("2", "B", tagged), Level::B);
    let document = document("", Dictionary::new(), |_, _, _| {});
    let four = Xmp { pdfa_part: Some("4".to_owned()), pdfa_conformance: Some("F".to_owned()), ..Xmp::default() };
    let lacks = examine(&document, Some(&four), &Limits::default()).unwrap();
    assert!(lacks.iter().any(|lack| lack.clause == "6.6.4-4" && lack.remedy == Remedy::None));
}

#[test]
fn forms_in_a_circle_end() {
    let mut document = document("/X Do", Dictionary::new(), |_, _, _| {});
    let id = document.new_object_id();
    let resources = || dictionary! { "XObject" => dictionary! { "X" => id } };
    let form =
        Stream::new(dictionary! { "Subtype" => "Form", "Resources" => resources() }, b"q /X Do Q 1 g /X Do".to_vec());
    document.objects.insert(id, form.into());
    let page = document.page_iter().next().unwrap();
    document.get_dictionary_mut(page).unwrap().set("Resources", resources());
    assert_eq!(clauses(&document), ["6.2.4.3-4"]);
}

#[test]
fn forms_that_lead_ever_deeper_are_a_limit() {
    let mut document = document("/X Do", Dictionary::new(), |_, _, _| {});
    let mut inner = None;
    for _ in 0..1000 {
        let resources = match inner {
            Some(inner) => dictionary! { "XObject" => dictionary! { "X" => Object::Reference(inner) } },
            None => Dictionary::new(),
        };
        inner = Some(document.add_object(Stream::new(dictionary! { "Resources" => resources }, b"/X Do".to_vec())));
    }
    let page = document.page_iter().next().unwrap();
    let resources = dictionary! { "XObject" => dictionary! { "X" => Object::Reference(inner.unwrap()) } };
    document.get_dictionary_mut(page).unwrap().set("Resources", resources);
    assert_eq!(examine(&document, None, &Limits::default()).unwrap_err().code, PDF_LIMIT.id);
}

#[test]
fn content_beyond_the_limit_is_not_read() {
    let content = "0 g ".repeat(1000);
    let document = document(&content, Dictionary::new(), |_, _, _| {});
    let limits = Limits { structure: 3999, ..Limits::default() };
    assert_eq!(examine(&document, None, &limits).unwrap_err().code, PDF_LIMIT.id);
    assert!(examine(&document, None, &Limits { structure: 4000, ..Limits::default() }).is_ok());
}

#[test]
fn operators_without_operands_say_nothing() {
    let operators = "g rg k cs scn G RG K CS SCN f S B gs Do sh ri Tf Tr Tj TJ ' \" BI ID EI q Q Q Q BT ET";
    let _ = of_page(operators, Dictionary::new());
}
