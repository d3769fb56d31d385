//! Images in JPEG 2000 (6.2.8.3): what their file says of colours.

use super::super::colour::Family;

/// Boxes that are looked at; real files have ten.
const BOXES: usize = 256;
/// Ways to state colours that PDF/A-3 allows.
const METHODS: std::ops::RangeInclusive<u8> = 1..=3;
/// Bits of a colour.
const BITS: std::ops::RangeInclusive<u8> = 1..=38;
/// The registered colours that PDF/A-3 forbids, and those of a press.
const CIE_JAB: u32 = 19;
const CMYK: u32 = 12;

/// What the head of a file says.
#[derive(Debug, Default)]
pub(super) struct Jpx {
    channels: Option<u16>,
    bits: Option<u8>,
    /// Whether channels have bits of their own.
    own_bits: bool,
    specifications: Vec<Specification>,
}

/// A statement about colours.
#[derive(Debug, Clone, Copy)]
struct Specification {
    method: u8,
    is_best: bool,
    registered: Option<u32>,
}

impl Jpx {
    /// Reads the head of a file. A bare code stream has none.
    pub(super) fn read(bytes: &[u8]) -> Jpx {
        let mut jpx = Jpx::default();
        for (kind, content) in boxes(bytes).filter(|(kind, _)| kind == b"jp2h").flat_map(|(_, head)| boxes(head)) {
            match (&kind, content) {
                (b"ihdr", [_, _, _, _, _, _, _, _, high, low, bits, ..]) => {
                    jpx.channels = Some(u16::from_be_bytes([*high, *low]));
                    jpx.bits = Some((bits & 0x7F).saturating_add(1));
                }
                (b"bpcc", _) => jpx.own_bits = true,
                (b"colr", [method, _, approximation, rest @ ..]) => {
                    let registered = rest.first_chunk::<4>().map(|bytes| u32::from_be_bytes(*bytes));
                    let registered = registered.filter(|_| *method == 1);
                    jpx.specifications.push(Specification {
                        method: *method,
                        is_best: *approximation == 1,
                        registered,
                    });
                }
                _ => {}
            }
        }
        jpx
    }

    /// The demands that it does not meet; `stated` is whether the PDF states the colours itself.
    pub(super) fn lacks(&self, stated: bool) -> Vec<&'static str> {
        let mut lacks = Vec::new();
        let mut demand = |clause, is_met: bool| lacks.extend((!is_met).then_some(clause));
        demand("6.2.8.3-1", matches!(self.channels, Some(1 | 3 | 4)));
        demand("6.2.8.3-5", !self.own_bits && self.bits.is_some_and(|bits| BITS.contains(&bits)));
        if !stated {
            let best = self.specifications.iter().filter(|one| one.is_best).count();
            let chosen = self.chosen();
            demand("6.2.8.3-2", self.specifications.len() == 1 || best == 1);
            demand("6.2.8.3-3", chosen.is_some_and(|one| METHODS.contains(&one.method)));
            demand("6.2.8.3-4", chosen.is_none_or(|one| one.registered != Some(CIE_JAB)));
        }
        lacks
    }

    /// Whether its colours are those of a device, where the PDF does not state them.
    pub(super) fn family(&self) -> Family {
        match self.chosen().and_then(|one| one.registered) {
            Some(CMYK) => Family::Cmyk,
            _ => Family::Independent,
        }
    }

    /// The one statement that counts.
    fn chosen(&self) -> Option<&Specification> {
        match self.specifications.as_slice() {
            [only] => Some(only),
            several => several.iter().find(|one| one.is_best),
        }
    }
}

/// Boxes one after the other: kind and content.
fn boxes(mut rest: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let next = move || {
        let length = u32::from_be_bytes(*rest.first_chunk::<4>()?);
        let kind = *rest.get(4..)?.first_chunk::<4>()?;
        let (head, length) = match length {
            0 => (8, rest.len()),
            1 => (16, usize::try_from(u64::from_be_bytes(*rest.get(8..)?.first_chunk::<8>()?)).ok()?),
            length => (8, usize::try_from(length).ok()?),
        };
        let content = rest.get(head..length.min(rest.len()))?;
        rest = rest.get(length..).unwrap_or_default();
        Some((kind, content))
    };
    std::iter::from_fn(next).take(BOXES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [&(content.len() as u32 + 8).to_be_bytes()[..], kind, content].concat()
    }

    fn file(channels: u8, colours: &[[u8; 7]]) -> Vec<u8> {
        let head = one(b"ihdr", &[0, 0, 0, 1, 0, 0, 0, 1, 0, channels, 7, 7, 0, 0]);
        let colours = colours.iter().flat_map(|colours| one(b"colr", colours));
        [one(b"jP  ", b"\r\n\x87\n"), one(b"jp2h", &head.into_iter().chain(colours).collect::<Vec<u8>>())].concat()
    }

    #[test]
    fn colours_are_stated_once_or_with_one_that_is_best() {
        let rgb = [1, 0, 0, 0, 0, 0, 16];
        let best = [1, 0, 1, 0, 0, 0, 16];
        let lacks = |channels, colours: &[[u8; 7]]| Jpx::read(&file(channels, colours)).lacks(false);
        assert!(lacks(3, &[rgb]).is_empty() && lacks(3, &[rgb, best]).is_empty());
        assert_eq!(lacks(2, &[rgb]), ["6.2.8.3-1"]);
        assert_eq!(lacks(3, &[rgb, rgb]), ["6.2.8.3-2", "6.2.8.3-3"]);
        assert_eq!(lacks(3, &[[4, 0, 0, 0, 0, 0, 16]]), ["6.2.8.3-3"]);
        assert_eq!(lacks(3, &[[1, 0, 0, 0, 0, 0, 19]]), ["6.2.8.3-4"]);
        assert!(Jpx::read(&file(3, &[[1, 0, 0, 0, 0, 0, 19]])).lacks(true).is_empty());
        assert_eq!(Jpx::read(&file(4, &[[1, 0, 0, 0, 0, 0, 12]])).family(), Family::Cmyk);
    }

    #[test]
    fn what_is_damaged_ends() {
        assert!(!Jpx::read(b"").lacks(false).is_empty());
        let whole = file(3, &[[1, 0, 0, 0, 0, 0, 16]]);
        for length in 0..whole.len() {
            let _ = Jpx::read(&whole[..length]).lacks(false);
        }
        let _ = Jpx::read(&[0, 0, 0, 1, b'j', b'p', b'2', b'h', 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        let _ = Jpx::read(&[0, 0, 0, 4, b'j', b'p', b'2', b'h']);
    }
}
