use super::*;

fn problems(text: &str) -> Vec<(u32, u32, String)> {
    let (targets, mut problems) = Targets::standard().extended(text, "own.targets", Terms::standard());
    assert!(targets.find("ubl/xrechnung").is_some(), "the built-in targets stay");
    problems.drain(..).map(|f| f.place.map(|p| (p.line, p.column, f.code)).unwrap()).collect()
}

#[test]
fn mistakes_are_told_with_line_and_column() {
    let text = "target ubl/x BT-24 urn:x\n  folows en16931\n  follows nothing\n  requires BT-999 rule A-1\nrules y\n  name Y\n\
                from urn:x ubl ubl/z\nnonsense\n  requires BT-10 rule \"A\n  allows BT-3 in no-list\n";
    let expected = [
        (2, 3, "EINV-M01"),
        (4, 12, "EINV-M02"),
        (6, 3, "EINV-M01"),
        (8, 1, "EINV-M01"),
        (9, 23, "EINV-M01"),
        (10, 18, "EINV-M02"),
        (3, 11, "EINV-M02"),
        (7, 16, "EINV-M02"),
    ];
    assert_eq!(problems(text), expected.map(|(line, column, code)| (line, column, code.to_owned())));
}

#[test]
fn a_rule_has_terms_conditions_an_id_and_help() {
    let text = "target ubl/x BT-24 urn:x\n  requires BT-31 or BT-32 if BT-151 = S Z and BT-40 = DE unless BG-11 rule R-1 help \"why not\"\n";
    let (targets, problems) = Targets::standard().extended(text, "own.targets", Terms::standard());
    assert_eq!(problems, []);
    let demand = &targets.find("ubl/x").unwrap().demands[0];
    assert!(matches!(&demand.what, What::Present(ids) if ids == &["BT-31", "BT-32"]));
    let negated: Vec<bool> = demand.when.iter().map(|condition| condition.negated).collect();
    assert_eq!(negated, [false, false, true]);
    assert_eq!((demand.rule.as_deref(), demand.help.as_deref()), (Some("R-1"), Some("why not")));
}
