//! What the value of a property is, and whether a value is that.

use std::borrow::Cow;
use std::sync::Arc;

use super::tree::{Element, RDF, XML};
use crate::pdf::text;

/// Types in types; real ones have three.
const LEVELS: usize = 6;
/// Types of the standard that are texts of any form.
const TEXTS: [&str; 13] = [
    "Text",
    "URI",
    "URL",
    "ProperName",
    "AgentName",
    "GUID",
    "RenditionClass",
    "XPath",
    "Locale",
    "Rational",
    "GPSCoordinate",
    "Choice",
    "Part",
];

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Real,
    Boolean,
    Date,
    /// `application/pdf`.
    Mime,
    /// The same text in languages.
    LangAlt,
    /// `Bag`, `Seq` or `Alt`.
    List(&'static str, Box<Kind>),
    /// Fields.
    Structure(Arc<Structure>),
}

/// A structure: the namespace of its fields, and what they are.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Structure {
    pub space: String,
    pub fields: Vec<(String, Kind)>,
}

impl Kind {
    /// Reads the name of a type: `bag Text`, `Lang Alt`, `open Choice of Integer`. `named` knows structures.
    pub(super) fn of(name: &str, named: &dyn Fn(&str, usize) -> Option<Arc<Structure>>, level: usize) -> Option<Kind> {
        let mut words: Vec<&str> = name.split_whitespace().collect();
        if let [.., first, second] = words[..]
            && format!("{first}{second}").eq_ignore_ascii_case("LangAlt")
        {
            words.truncate(words.len() - 2);
            words.push("LangAlt");
        }
        let is_choice =
            |word: &&str| ["open", "closed", "choice", "of"].iter().any(|one| word.eq_ignore_ascii_case(one));
        if words.len() > 1 {
            words.retain(|word| !is_choice(word));
        }
        let (lists, [inner]) = words.split_last_chunk::<1>()?;
        let kind = match inner.to_ascii_lowercase().as_str() {
            "langalt" => Kind::LangAlt,
            "integer" => Kind::Integer,
            "real" => Kind::Real,
            "boolean" => Kind::Boolean,
            "date" => Kind::Date,
            "mimetype" => Kind::Mime,
            _ if TEXTS.iter().any(|text| text.eq_ignore_ascii_case(inner)) => Kind::Text,
            _ => Kind::Structure(named(inner, level.checked_add(1).filter(|level| *level < LEVELS)?)?),
        };
        lists.iter().rev().try_fold(kind, |kind, list| Some(Kind::List(list_name(list)?, Box::new(kind))))
    }

    /// Brings a value into this form, if it is one of it; what had to be left out is noted.
    pub(super) fn fit(&self, value: &mut Element, change: &mut Change) -> bool {
        match self {
            Kind::LangAlt => in_languages(value, change),
            Kind::List(list, inner) => listed(value, list, inner, change),
            Kind::Structure(structure) => structure.fit(value, change),
            _ => self.fit_text(value, change),
        }
    }

    fn fit_text(&self, value: &mut Element, change: &mut Change) -> bool {
        if let [list] = value.parts.as_slice()
            && list.space == RDF
            && list.parts.iter().all(|item| item.is(RDF, "li") && item.parts.is_empty())
        {
            let texts: Vec<&str> = list.parts.iter().map(|item| item.text.as_str()).collect();
            value.text = texts.join(", ");
            value.parts.clear();
            change.made = true;
        }
        let is_plain =
            value.parts.is_empty() && value.attributes.iter().all(|(space, ..)| [RDF, XML].contains(&&**space));
        let Some(right) = self.written(&value.text).filter(|_| is_plain) else { return false };
        change.made |= right != value.text;
        value.text = right;
        true
    }

    /// A text as this type is written.
    fn written(&self, text: &str) -> Option<String> {
        let short = text.trim();
        let is_right = match self {
            Kind::Integer => short.parse::<i64>().is_ok(),
            Kind::Real => short.parse::<f64>().is_ok_and(f64::is_finite),
            Kind::Mime => is_mime(short),
            Kind::Boolean if short.eq_ignore_ascii_case("true") => return Some("True".to_owned()),
            Kind::Boolean => return short.eq_ignore_ascii_case("false").then(|| "False".to_owned()),
            Kind::Date if is_date(short) => true,
            // As PDFs write dates.
            Kind::Date => return short.strip_prefix("D:").and_then(text::date).filter(|date| is_date(date)),
            _ => return Some(text.to_owned()),
        };
        is_right.then(|| short.to_owned())
    }
}

/// What became of a value on the way into its form.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// Whether it says the same in another form.
    pub made: bool,
    /// Fields that had to be left out.
    pub lost: Vec<String>,
}

fn list_name(word: &str) -> Option<&'static str> {
    ["Bag", "Seq", "Alt"].into_iter().find(|name| name.eq_ignore_ascii_case(word))
}

/// `2026-03-02`, `2026-03`, `2026-03-02T14:30:00+01:00`.
fn is_date(text: &str) -> bool {
    let fits = |form: &str| {
        let right = |(byte, form): (u8, u8)| if form == b'0' { byte.is_ascii_digit() } else { byte == form };
        text.len() == form.len() && text.bytes().zip(form.bytes()).all(right)
    };
    if ["0000", "0000-00", "0000-00-00"].into_iter().any(fits) {
        return true;
    }
    let Some((date, time)) = text.split_once('T') else { return false };
    let zone = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone);
    let clock = clock.split_once('.').map_or(clock, |(clock, _)| clock);
    let digits = |text: &str, form: &str| {
        text.len() == form.len()
            && text
                .bytes()
                .zip(form.bytes())
                .all(|(byte, form)| byte == form || (form == b'0' && byte.is_ascii_digit()))
    };
    let is_zone = zone.is_empty() || zone == "Z" || digits(zone.get(1..).unwrap_or_default(), "00:00");
    digits(date, "0000-00-00") && (digits(clock, "00:00") || digits(clock, "00:00:00")) && is_zone
}

fn is_mime(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_+.".contains(&byte))
    };
    text.split_once('/').is_some_and(|(kind, name)| is_part(kind) && is_part(name))
}

/// A list of one item.
fn list_of(list: &str, item: Element) -> Vec<Element> {
    vec![Element::of(RDF, list, vec![item])]
}

/// An alternative for each language; a text alone is that of all others.
fn in_languages(value: &mut Element, change: &mut Change) -> bool {
    const REST: &str = "x-default";
    if value.parts.is_empty() && value.attributes.iter().all(|(space, ..)| space == XML) {
        let item = Element::text(RDF, "li", &value.text).with(XML, "lang", REST);
        *value = Element::of(&value.space, &value.name, list_of("Alt", item));
        change.made = true;
        return true;
    }
    let [list] = value.parts.as_mut_slice() else { return false };
    if list.space != RDF || !list.parts.iter().all(|item| item.is(RDF, "li") && item.parts.is_empty()) {
        return false;
    }
    let is_named = |item: &Element| item.attributes.iter().any(|(space, name, _)| space == XML && name == "lang");
    if list.name != "Alt" || list.parts.first().is_some_and(|first| !is_named(first)) {
        change.made = true;
        list.name = "Alt".to_owned();
        if let Some(first) = list.parts.first_mut().filter(|first| !is_named(first)) {
            *first = std::mem::take(first).with(XML, "lang", REST);
        }
    }
    list.parts.iter().all(is_named)
}

fn listed(value: &mut Element, name: &str, inner: &Kind, change: &mut Change) -> bool {
    if value.parts.is_empty() && !matches!(inner, Kind::Structure(_)) {
        let mut item = Element::text(RDF, "li", &value.text);
        if !inner.fit(&mut item, change) {
            return false;
        }
        *value = Element::of(&value.space, &value.name, list_of(name, item));
        change.made = true;
        return true;
    }
    let [list] = value.parts.as_mut_slice() else { return false };
    if list.space != RDF || !list.parts.iter().all(|item| item.is(RDF, "li")) {
        return false;
    }
    if list.name != name {
        change.made = true;
        name.clone_into(&mut list.name);
    }
    list.parts.iter_mut().all(|item| inner.fit(item, change))
}

impl Structure {
    /// Fields that the structure does not have are left out.
    fn fit(&self, value: &mut Element, change: &mut Change) -> bool {
        if value.parts.is_empty() && !value.text.trim().is_empty() {
            return false;
        }
        let mut fields: Vec<Element> = fields(value).into_iter().map(Cow::into_owned).collect();
        fields.retain_mut(|field| {
            let known = self.fields.iter().find(|(name, _)| field.space == self.space && field.name == *name);
            let is_right = known.is_some_and(|(_, kind)| kind.fit(field, change));
            if !is_right {
                change.lost.push(field.name.clone());
            }
            is_right
        });
        let is_empty = fields.is_empty();
        *value = Element::of(&value.space, &value.name, fields).with(RDF, "parseType", "Resource");
        !is_empty
    }
}

/// The fields of a structure, in whichever of the forms of RDF it is written.
pub(super) fn fields(value: &Element) -> Vec<Cow<'_, Element>> {
    let own = value.attributes.iter().filter(|(space, ..)| ![RDF, XML].contains(&space.as_str()));
    let mut all: Vec<Cow<'_, Element>> =
        own.map(|(space, name, value)| Cow::Owned(Element::text(space, name, value))).collect();
    for part in &value.parts {
        match part.is(RDF, "Description") {
            true => all.extend(fields(part)),
            false => all.push(Cow::Borrowed(part)),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_in_any_spelling() {
        let of = |name: &str| Kind::of(name, &|_, _| None, 0);
        assert_eq!(of("Text"), Some(Kind::Text));
        assert_eq!(of("bag ProperName"), Some(Kind::List("Bag", Box::new(Kind::Text))));
        assert_eq!(of("Lang Alt"), Some(Kind::LangAlt));
        assert_eq!(of("seq open choice of Integer"), Some(Kind::List("Seq", Box::new(Kind::Integer))));
        assert_eq!((of("Foo"), of("")), (None, None));
    }

    #[test]
    fn dates_are_those_of_the_standard() {
        for date in
            ["2026", "2026-03", "2026-03-02", "2026-03-02T14:30", "2026-03-02T14:30:00.5Z", "2026-03-02T14:30:00+01:00"]
        {
            assert!(is_date(date), "{date}");
        }
        for text in ["", "soon", "2026-3-2", "2026-03-02T", "D:20260302", "2026-03-02T14:30:00+1"] {
            assert!(!is_date(text), "{text}");
        }
    }
}
