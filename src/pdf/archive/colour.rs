//! Colour spaces: which leave it to the device what a colour looks like, and whether a profile can be used.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Read;
use std::rc::Rc;

use lopdf::{Dictionary, Document, Object, Stream};

use crate::pdf::lookup::entry;
use crate::pdf::{Limits, deflate};

/// Levels of colour spaces in colour spaces.
const LEVELS: usize = 8;
/// Bytes of a colour profile that say what it is.
const HEADER: usize = 40;

/// What a colour space is, as far as PDF/A asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Family {
    /// Its colours look the same everywhere.
    Independent,
    /// Shades of grey of the device.
    Gray,
    /// RGB of the device.
    Rgb,
    /// CMYK of the device.
    Cmyk,
    /// CMYK that a profile explains.
    CmykProfile,
    /// Its colour profile cannot be used.
    Broken,
}

impl Family {
    /// How many there are.
    pub(super) const COUNT: usize = Family::Broken as usize + 1;
}

/// A family, and whether its colours are patterns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Space {
    /// The family; that of the colours below patterns without colours of their own.
    pub family: Family,
    /// Whether a colour is the name of a pattern.
    pub pattern: bool,
}

impl From<Family> for Space {
    fn from(family: Family) -> Space {
        Space { family, pattern: false }
    }
}

/// Looks colour spaces up.
#[derive(Clone)]
pub(super) struct Colours<'a> {
    document: &'a Document,
    limits: &'a Limits,
    /// What the profiles are that were looked at, by where they are in memory: content sets the same colours over and
    /// over.
    profiles: Rc<RefCell<HashMap<*const Stream, Family>>>,
}

impl<'a> Colours<'a> {
    pub(super) fn new(document: &'a Document, limits: &'a Limits) -> Colours<'a> {
        Colours { document, limits, profiles: Rc::default() }
    }

    /// What a colour space is. A name is one of a device or stands in the resources.
    pub(super) fn space(&self, space: &'a Object, resources: Option<&'a Dictionary>) -> Space {
        self.nested(space, resources, LEVELS)
    }

    /// A colour space by its name in a content stream.
    pub(super) fn named(&self, name: &[u8], resources: Option<&'a Dictionary>) -> Space {
        self.by_name(name, resources, LEVELS)
    }

    /// A colour space of the device, which the resources may replace.
    pub(super) fn device(&self, family: Family, resources: Option<&'a Dictionary>) -> Family {
        let key: &[u8] = match family {
            Family::Gray => b"DefaultGray",
            Family::Rgb => b"DefaultRGB",
            Family::Cmyk => b"DefaultCMYK",
            Family::Independent | Family::CmykProfile | Family::Broken => return family,
        };
        match self.listed(key, resources) {
            Some(space @ Object::Array(_)) => self.nested(space, None, LEVELS).family,
            _ => family,
        }
    }

    /// What the resources list under a name.
    fn listed(&self, name: &[u8], resources: Option<&'a Dictionary>) -> Option<&'a Object> {
        let spaces = self.resolve(entry(resources?, b"ColorSpace")?)?.as_dict().ok()?;
        self.resolve(entry(spaces, name)?)
    }

    fn resolve(&self, object: &'a Object) -> Option<&'a Object> {
        self.document.dereference(object).ok().map(|(_, object)| object)
    }

    fn by_name(&self, name: &[u8], resources: Option<&'a Dictionary>, levels: usize) -> Space {
        let device = |family| self.device(family, resources).into();
        match name {
            b"DeviceGray" | b"G" => device(Family::Gray),
            b"DeviceRGB" | b"RGB" => device(Family::Rgb),
            b"DeviceCMYK" | b"CMYK" | b"CalCMYK" => device(Family::Cmyk),
            b"Pattern" => Space { family: Family::Independent, pattern: true },
            _ => match self.listed(name, resources) {
                Some(space) if levels > 0 => self.nested(space, resources, levels - 1),
                _ => Family::Independent.into(),
            },
        }
    }

    fn nested(&self, space: &'a Object, resources: Option<&'a Dictionary>, levels: usize) -> Space {
        let items = match self.resolve(space) {
            Some(Object::Name(name)) => return self.by_name(name, resources, levels),
            Some(Object::Array(items)) if levels > 0 => items,
            _ => return Family::Independent.into(),
        };
        let inner = |at: usize| match items.get(at) {
            Some(inner) => self.nested(inner, resources, levels - 1),
            None => Family::Independent.into(),
        };
        match items.first().and_then(|kind| self.resolve(kind)?.as_name().ok()) {
            Some(b"ICCBased") => self.profiled(items.get(1)).into(),
            Some(b"Indexed" | b"I") => inner(1),
            Some(b"Separation" | b"DeviceN") => inner(2),
            Some(b"Pattern") => Space { pattern: true, ..inner(1) },
            Some(name) => self.by_name(name, resources, 0),
            None => Family::Independent.into(),
        }
    }

    fn profiled(&self, profile: Option<&'a Object>) -> Family {
        match profile.and_then(|profile| self.resolve(profile)) {
            Some(Object::Stream(stream)) => {
                let known = &mut *self.profiles.borrow_mut();
                *known.entry(std::ptr::from_ref(stream)).or_insert_with(|| family(stream, self.limits))
            }
            _ => Family::Broken,
        }
    }
}

/// What a profile makes of colours.
fn family(profile: &Stream, limits: &Limits) -> Family {
    match header(profile, limits) {
        Some(header) if !is_usable(Some(&header), INPUT) => Family::Broken,
        Some(header) if &header.colours == b"CMYK" => Family::CmykProfile,
        Some(_) => Family::Independent,
        None => Family::Broken,
    }
}

/// What a profile is for and what its colours are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    /// Major version.
    version: u8,
    /// `mntr`, `prtr` …
    class: [u8; 4],
    /// `RGB `, `CMYK`, `GRAY` …
    pub colours: [u8; 4],
    /// Whether it is a profile at all.
    signed: bool,
}

/// Classes and colours that a profile may have.
pub(super) struct Allowed {
    classes: &'static [&'static [u8; 4]],
    colours: &'static [&'static [u8; 4]],
}

/// Of a colour space (6.2.4.2).
const INPUT: &Allowed =
    &Allowed { classes: &[b"prtr", b"mntr", b"scnr", b"spac"], colours: &[b"RGB ", b"CMYK", b"GRAY", b"Lab "] };
/// Of an output intent (6.2.3).
pub(super) const OUTPUT: &Allowed = &Allowed { classes: &[b"prtr", b"mntr"], colours: &[b"RGB ", b"CMYK", b"GRAY"] };

/// Whether a profile is of a kind that is allowed.
pub(super) fn is_usable(header: Option<&Header>, allowed: &Allowed) -> bool {
    header.is_some_and(|header| {
        header.signed
            && header.version < 5
            && allowed.classes.contains(&&header.class)
            && allowed.colours.contains(&&header.colours)
    })
}

/// The header of a packed profile. Profiles are large, and only their beginning is unpacked where that is possible.
pub(super) fn header(stream: &Stream, limits: &Limits) -> Option<Header> {
    let mut bytes = Vec::with_capacity(HEADER);
    match stream.filters().as_deref() {
        Ok([b"FlateDecode"]) if !stream.dict.has(b"DecodeParms") => {
            let limit = u64::try_from(HEADER).unwrap_or(u64::MAX);
            flate2::read::ZlibDecoder::new(stream.content.as_slice()).take(limit).read_to_end(&mut bytes).ok()?;
        }
        _ => bytes = deflate::unpack(stream, limits.structure).ok()?,
    }
    let word = |at: usize| bytes.get(at..at + 4)?.try_into().ok();
    Some(Header { version: *bytes.get(8)?, class: word(12)?, colours: word(16)?, signed: word(36)? == *b"acsp" })
}
