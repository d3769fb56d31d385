use super::*;

/// What EN 16931-1 requires: every id that stands here has cardinality 1..1, BG-23 and BG-25 have 1..n.
const MANDATORY: &str = "BT-1 BT-2 BT-3 BT-5 BT-22 BG-2 BT-24 BT-25 BG-4 BT-27 BT-34-1 BG-5 BT-40 BG-7 BT-44 BT-49-1 \
    BG-8 BT-55 BT-59 BT-62 BT-63 BG-12 BT-69 BT-80 BT-81 BT-84 BT-87 BT-92 BT-95 BT-99 BT-102 BG-22 BT-106 BT-109 \
    BT-112 BT-115 BG-23 BT-116 BT-117 BT-118 BT-122 BT-125-1 BT-125-2 BG-25 BT-126 BT-129 BT-130 BT-131 BT-136 BT-141 \
    BG-29 BT-146 BG-30 BT-151 BG-31 BT-153 BT-157-1 BT-158-1 BT-160 BT-161";
/// What may repeat.
const REPEATING: &str = "BG-1 BG-3 BT-29 BG-17 BG-20 BG-21 BG-23 BG-24 BG-25 BG-27 BG-28 BT-158 BG-32";

fn ids(terms: &Terms, which: impl Fn(&Term) -> bool) -> Vec<&str> {
    terms.iter().map(|id| terms.get(id)).filter(|term| which(term)).map(Term::id).collect()
}

fn sorted(text: &str) -> Vec<&str> {
    let mut words: Vec<_> = text.split_whitespace().collect();
    words.sort_unstable();
    words
}

fn find(terms: &Terms, id: &str) -> TermId {
    terms.find(id).unwrap_or_else(|| panic!("{id}"))
}

fn fields(terms: &Terms, group: &str) -> Vec<String> {
    terms.children(find(terms, group)).iter().map(|&child| terms.get(child).field().to_owned()).collect()
}

/// `code line:column found` of every finding of a table that extends the standard.
fn findings(text: &str) -> Vec<String> {
    let place = |finding: &Finding| finding.place.as_ref().map(|place| (place.line, place.column)).unwrap_or_default();
    let describe = |finding: Finding| {
        let (line, column) = place(&finding);
        format!("{} {line}:{column} {}", finding.code, finding.found.unwrap_or_default())
    };
    let found = Terms::standard().extended(text, "acme.terms").err().unwrap_or_default();
    found.into_iter().map(describe).collect()
}

#[test]
fn the_standard_is_complete() {
    let terms = Terms::standard();
    assert!(Terms::parse(&terms.texts()[0], "en16931.terms").is_ok());
    assert_eq!(ids(terms, |term| term.kind().is_group()).len(), 32);
    assert_eq!(ids(terms, |term| !term.kind().is_group() && !term.is_sub_term()).len(), 164);
    assert_eq!(ids(terms, Term::is_sub_term).len(), 16);
    for number in (1..=165).filter(|&number| number != 4) {
        find(terms, &format!("BT-{number}"));
    }
    for number in 1..=32 {
        find(terms, &format!("BG-{number}"));
    }
}

#[test]
fn cardinalities_are_those_of_the_standard() {
    let terms = Terms::standard();
    let mut mandatory = ids(terms, |term| term.min() == 1);
    let mut repeating = ids(terms, Term::repeats);
    mandatory.sort_unstable();
    repeating.sort_unstable();
    assert_eq!(mandatory, sorted(MANDATORY));
    assert_eq!(repeating, sorted(REPEATING));
}

#[test]
fn groups_of_one_shape_have_the_same_fields() {
    let terms = Terms::standard();
    for (shape, others) in [
        ("BG-5", vec!["BG-8", "BG-12", "BG-15"]),
        ("BG-6", vec!["BG-9"]),
        ("BG-14", vec!["BG-26"]),
        ("BG-20", vec!["BG-21"]),
        ("BG-27", vec!["BG-28"]),
    ] {
        for other in others {
            assert_eq!(fields(terms, shape), fields(terms, other), "{shape} {other}");
        }
    }
    let document_level = fields(terms, "BG-20");
    assert!(fields(terms, "BG-27").iter().all(|field| document_level.contains(field)));
    assert_eq!(fields(terms, "BG-5"), ["line1", "line2", "line3", "city", "post_code", "subdivision", "country_code"]);
}

#[test]
fn a_field_leads_to_its_term() {
    let terms = Terms::standard();
    for id in terms.iter() {
        let term = terms.get(id);
        assert_eq!(terms.child_by_field(term.parent(), term.field()), Some(id), "{}", term.id());
        assert_eq!(terms.find(term.id()), Some(id));
    }
    assert_eq!(terms.child_by_field(find(terms, "BG-4"), "vat_identifier"), terms.find("BT-31"));
    assert_eq!(terms.child_by_field(None, "number"), terms.find("BT-1"));
    assert_eq!(terms.child_by_field(None, "vat_identifier"), None);
}

#[test]
fn terms_know_where_they_belong() {
    let terms = Terms::standard();
    let chain = |id| terms.chain(find(terms, id)).map(|group| terms.get(group).id()).collect::<Vec<_>>();
    assert_eq!(chain("BT-158-1"), ["BG-31", "BG-25"]);
    assert_eq!(chain("BG-14"), [""; 0]);
    assert_eq!(terms.sub_terms(find(terms, "BT-29")), [find(terms, "BT-29-1")]);
    assert!(terms.sub_terms(find(terms, "BG-4")).is_empty());
    assert_eq!(terms.get(find(terms, "BT-29-1")).parent(), terms.find("BT-29"));
    assert_eq!(terms.children(None).first(), terms.find("BT-1").as_ref());
}

#[test]
fn terms_know_what_they_hold() {
    let terms = Terms::standard();
    let term = |id| terms.get(find(terms, id));
    assert_eq!(term("BT-31").label(), "BT-31 Seller VAT identifier");
    assert_eq!(term("BT-5").lists(), ["iso4217"]);
    assert_eq!(ids(terms, Term::outer), ["BT-82", "BT-83", "BT-89", "BT-90"]);
    assert_eq!(ids(terms, |term| term.several() == Several::Join), ["BT-20", "BT-127"]);
    assert_eq!(ids(terms, |term| term.several() == Several::Sum), ["BT-147"]);
    assert_eq!(ids(terms, |term| term.several() == Several::Refuse), ["BG-30"]);
    assert!(term("BT-146").kind().is_numeric() && term("BT-125").kind().is_text());
}

#[test]
fn an_extension_keeps_the_ids_of_the_standard() {
    let text = "\
BG-X-1  0..n  Group       parcels   PARCEL     in BG-25
  ACME-1  1..1  Quantity  weight    Parcel weight
    ACME-1-1  0..1  Scheme  scheme  Scheme identifier  list icd,eas
ACME-2  0..1  Text        colour    Invoice colour
";
    let standard = Terms::standard();
    let terms = standard.extended(text, "acme.terms").unwrap();
    assert_eq!(terms.len(), standard.len() + 4);
    assert!(standard.iter().all(|id| terms.get(id).id() == standard.get(id).id() && terms.is_standard(id)));
    let [parcel, weight, scheme, colour] = ["BG-X-1", "ACME-1", "ACME-1-1", "ACME-2"].map(|id| find(&terms, id));
    assert!(!terms.is_standard(parcel));
    assert_eq!(terms.children(find(&terms, "BG-25")).last(), Some(&parcel));
    assert_eq!(terms.children(None).last(), Some(&colour));
    assert_eq!(terms.sub_terms(weight), [scheme]);
    assert_eq!(terms.get(scheme).lists(), ["icd", "eas"]);
    assert_eq!(terms.texts().len(), 2);
    assert!(terms.extended("ACME-2  0..1  Text  other  Other", "again.terms").is_err());
}

#[test]
fn malformed_lines_are_found_where_they_stand() {
    let good = "0..1  Text  colour  Colour";
    for (text, expected) in [
        (format!("BT-31  {good}"), "EINV-M03 1:1 BT-31"),
        (format!("# a\n\nACME  {good}"), "EINV-M01 3:1 ACME"),
        ("ACME-1  0..2  Text  colour  Colour".into(), "EINV-M01 1:9 0..2"),
        ("ACME-1  0..1  Texts  colour  Colour".into(), "EINV-M02 1:15 Texts"),
        ("ACME-1  0..1  Text  Colour  Colour".into(), "EINV-M01 1:21 Colour"),
        ("ACME-1  0..1  Text  number  Number".into(), "EINV-M03 1:21 number"),
        ("ACME-1  0..1  Text  colour".into(), "EINV-M01 1:27 "),
        ("ACME-1".into(), "EINV-M01 1:7 "),
        (format!("ACME-1\t{good}"), "EINV-M01 1:7 "),
        (format!("  ACME-1  {good}"), "EINV-M01 1:3 "),
        (format!("ACME-1  {good}é  inner"), "EINV-M01 1:38 inner"),
        (format!("ACME-1  {good}  outer several"), "EINV-M01 1:43 several"),
        (format!("ACME-1  {good}  several sum"), "EINV-M01 1:45 sum"),
        (format!("ACME-1  {good}  several some"), "EINV-M02 1:45 some"),
        (format!("ACME-1  {good}  outer  outer"), "EINV-M03 1:44 outer"),
        (format!("ACME-1  {good}  list icd,"), "EINV-M01 1:42 icd,"),
        (format!("ACME-1  {good}  in BG-99"), "EINV-M02 1:40 BG-99"),
        ("ACME-1  0..n  Group  box  BOX  in BT-1".into(), "EINV-M01 1:1 ACME-1"),
        (format!("ACME-1  {good}  in BT-29-1"), "EINV-M01 1:1 ACME-1"),
    ] {
        assert_eq!(findings(&text), [expected], "{text}");
    }
}

#[test]
fn every_bad_line_is_found_and_nothing_else() {
    let text = "\
ACME-1  0..9  Group  box  BOX
  ACME-2  0..1  Text  size  Size
    ACME-3  0..1  Text  unit  Unit  in BT-1
   ACME-4  0..1  Text  colour  Colour
ACME-5  0..1  Nothing  shape  Shape
";
    assert_eq!(findings(text), ["EINV-M01 1:9 0..9", "EINV-M03 3:40 BT-1", "EINV-M01 4:4 ", "EINV-M02 5:15 Nothing"]);
}
