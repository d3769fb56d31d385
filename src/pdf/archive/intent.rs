//! The output intent (6.2.3): which colours the numbers of a device mean.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

use super::colour::{Family, Header, OUTPUT, header, is_usable};
use super::content::Survey;
use super::edit::{Edit, Spot};
use super::fault::Fault;
use crate::pdf::Limits;
use crate::pdf::lookup::Lookup;

/// RGB numbers as most programs mean them; see `icc/README.md`.
const SRGB: &[u8] = include_bytes!("icc/sRGB-v2-magic.icc");
/// The registered name of what the profile describes.
const SRGB_NAME: &str = "sRGB IEC61966-2.1";
/// The purpose of an output intent of PDF/A; those for print have others.
const PURPOSE: &[u8] = b"GTS_PDFA1";

/// An output intent of the file.
struct Intent<'a> {
    dictionary: &'a Dictionary,
    /// Its profile, and what that is.
    profile: Option<(Option<ObjectId>, Header)>,
}

impl Intent<'_> {
    fn is_archival(&self) -> bool {
        self.dictionary.get(b"S").and_then(Object::as_name).is_ok_and(|purpose| purpose == PURPOSE)
    }

    /// The family of the colours that it explains.
    fn family(&self) -> Option<Family> {
        let (_, header) = self.profile.as_ref()?;
        match &header.colours {
            b"RGB " => Some(Family::Rgb),
            b"CMYK" => Some(Family::Cmyk),
            _ => Some(Family::Gray),
        }
    }
}

/// What is wrong with the output intents, and with colours that need one.
pub(super) fn check(document: &Document, survey: &Survey<'_>, limits: &Limits) -> Vec<Fault> {
    let lookup = Lookup::new(document);
    let (Ok(root), Ok(catalog)) = (document.trailer.get(b"Root").and_then(Object::as_reference), document.catalog())
    else {
        return Vec::new();
    };
    let intents: Vec<Intent<'_>> = read(&lookup, catalog, limits);
    let page = |family| survey.painted(family);
    let archival = intents.iter().find(|intent| intent.is_archival());
    let current = archival.and_then(Intent::family);
    let (gray, rgb, cmyk) = (page(Family::Gray), page(Family::Rgb), page(Family::Cmyk));
    let wanted = wanted(&intents, current, rgb.is_some(), cmyk.is_some());
    let mut faults = Vec::new();
    let at = Spot::of(root);
    if archival.is_some() && current.is_none() {
        faults.push(with(Fault::of("6.2.3-1"), &at, &wanted));
    } else if archival.is_none() && (gray.or(rgb).or(cmyk)).is_some() {
        faults.push(with(Fault::of("6.2.4.3-4").on(gray.or(rgb).or(cmyk)), &at, &wanted));
    } else if archival.is_none() && survey.transparent.is_some() {
        faults.push(with(Fault::of("6.2.10-2").on(survey.transparent), &at, &wanted));
    } else if current != Some(wanted.family()) && (rgb.is_some() || cmyk.is_some()) {
        faults.push(with(Fault::of("6.2.3-2"), &at, &wanted));
    } else if profiles_differ(&intents) {
        let kept: Vec<Object> =
            archival.map(|intent| Object::Dictionary(intent.dictionary.clone())).into_iter().collect();
        faults.push(Fault::of("6.2.3-2").set(&at, "OutputIntents", kept));
    }
    faults.extend(unexplained(&wanted, rgb, cmyk));
    faults
}

fn read<'a>(lookup: &Lookup<'a>, catalog: &'a Dictionary, limits: &Limits) -> Vec<Intent<'a>> {
    let usable = |stream: &Stream| header(stream, limits).filter(|header| is_usable(Some(header), OUTPUT));
    let profile = |dictionary: &'a Dictionary| {
        let (id, profile) = lookup.resolve(dictionary.get(b"DestOutputProfile").ok()?)?;
        Some((id, usable(profile.as_stream().ok()?)?))
    };
    let intents = lookup.array_at(catalog, b"OutputIntents").iter().filter_map(|intent| lookup.dictionary(intent));
    intents.map(|dictionary| Intent { dictionary, profile: profile(dictionary) }).collect()
}

/// Intents of several purposes share one profile.
fn profiles_differ(intents: &[Intent<'_>]) -> bool {
    let named: Vec<_> = intents.iter().filter_map(|intent| intent.dictionary.get(b"DestOutputProfile").ok()).collect();
    named.windows(2).any(|pair| pair[0] != pair[1])
}

/// The profile that an output intent is to have.
enum Wanted<'a> {
    /// The one that is there.
    Kept(Family),
    /// That of an intent for print: it says what the CMYK numbers mean.
    Print(&'a Dictionary),
    /// sRGB.
    Srgb,
}

impl Wanted<'_> {
    fn family(&self) -> Family {
        match self {
            Wanted::Kept(family) => *family,
            Wanted::Print(_) => Family::Cmyk,
            Wanted::Srgb => Family::Rgb,
        }
    }
}

fn wanted<'a>(intents: &[Intent<'a>], current: Option<Family>, rgb: bool, cmyk: bool) -> Wanted<'a> {
    let print = intents.iter().find(|intent| intent.family() == Some(Family::Cmyk));
    match (current, print) {
        (Some(family), _) if !rgb && !cmyk => Wanted::Kept(family),
        (Some(Family::Rgb), _) if rgb => Wanted::Kept(Family::Rgb),
        (Some(Family::Cmyk), _) if cmyk => Wanted::Kept(Family::Cmyk),
        (_, Some(print)) if cmyk && !rgb => Wanted::Print(print.dictionary),
        _ => Wanted::Srgb,
    }
}

/// The fault with the change that gives the file this output intent and no other.
fn with(fault: Fault, at: &Spot, wanted: &Wanted<'_>) -> Fault {
    let mut intent = match wanted {
        Wanted::Print(print) => (*print).clone(),
        Wanted::Kept(_) | Wanted::Srgb => dictionary! {
            "Type" => "OutputIntent", "Info" => Object::string_literal(SRGB_NAME),
            "OutputConditionIdentifier" => Object::string_literal(SRGB_NAME),
            "RegistryName" => Object::string_literal("http://www.color.org"),
        },
    };
    intent.set("S", Object::Name(PURPOSE.to_vec()));
    let is_complete = intent.has(b"DestOutputProfile");
    let fault = fault.set(at, "OutputIntents", vec![Object::Dictionary(intent)]);
    if is_complete {
        return fault;
    }
    let profile = Stream::new(dictionary! { "N" => 3 }, SRGB.to_vec());
    fault.edit(Edit::Attach(at.key(b"OutputIntents").item(0), b"DestOutputProfile".to_vec(), profile.into()))
}

/// Colours that the output intent does not explain.
fn unexplained(wanted: &Wanted<'_>, rgb: Option<u32>, cmyk: Option<u32>) -> Vec<Fault> {
    let used = [(Family::Rgb, rgb, "6.2.4.3-2"), (Family::Cmyk, cmyk, "6.2.4.3-3")];
    let unexplained = used.into_iter().filter(|(family, page, _)| page.is_some() && *family != wanted.family());
    unexplained.map(|(_, page, clause)| Fault::of(clause).on(page)).collect()
}
