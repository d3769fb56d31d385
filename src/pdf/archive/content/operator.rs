//! Operators that set how things are drawn, and that draw areas, lines, shadings and what is called.

use lopdf::{Dictionary, Object, Stream};

use super::super::colour::{Family, Space};
use super::super::fault::Fault;
use super::jpx::Jpx;
use super::lexer::{Token, name};
use super::state::{Stack, State};
use super::{Reader, Scope};
use crate::finding::Finding;

/// Blend modes (6.2.10).
const BLEND_MODES: &[&[u8]] = &[
    b"Normal",
    b"Compatible",
    b"Multiply",
    b"Screen",
    b"Overlay",
    b"Darken",
    b"Lighten",
    b"ColorDodge",
    b"ColorBurn",
    b"HardLight",
    b"SoftLight",
    b"Difference",
    b"Exclusion",
    b"Hue",
    b"Saturation",
    b"Color",
    b"Luminosity",
];
/// Rendering intents (6.2.6).
pub(super) const INTENTS: &[&[u8]] = &[b"RelativeColorimetric", b"AbsoluteColorimetric", b"Perceptual", b"Saturation"];
/// Bits of a colour component in an image (6.2.8).
const BITS: &[i64] = &[1, 2, 4, 8, 16];

impl<'a> Reader<'a> {
    /// Carries out an operator.
    pub(super) fn operator(
        &mut self,
        operator: &[u8],
        operands: &[Token<'_>],
        scope: Scope<'a>,
        states: &mut Stack,
    ) -> Result<(), Finding> {
        match operator {
            b"q" => states.save(),
            b"Q" => states.restore(),
            b"g" | b"rg" | b"k" | b"cs" | b"sc" | b"scn" => {
                states.now.fill = self.colour(operator, operands, scope, states.now.fill)?
            }
            b"G" | b"RG" | b"K" | b"CS" | b"SC" | b"SCN" => {
                let lower = operator.to_ascii_lowercase();
                states.now.stroke = self.colour(&lower, operands, scope, states.now.stroke)?;
            }
            b"f" | b"F" | b"f*" => self.fill(&states.now, scope),
            b"s" | b"S" => self.stroke(&states.now, scope),
            b"b" | b"b*" | b"B" | b"B*" => {
                self.fill(&states.now, scope);
                self.stroke(&states.now, scope);
            }
            b"gs" => self.graphics_state(operands, scope, &mut states.now)?,
            b"Do" => self.call(operands, scope, states.now)?,
            b"sh" => self.shading_operator(operands, scope),
            b"ri" => self.rendering_intent(operands, scope),
            b"Tf" => self.select_font(operands, scope, &mut states.now),
            b"Tr" => states.now.mode = last_number(operands).unwrap_or(0),
            b"Tj" | b"TJ" | b"'" | b"\"" => self.show(operands, scope, states.now)?,
            _ if is_harmless(operator) => {}
            _ => {
                let word = String::from_utf8_lossy(operator);
                self.survey.faults.push(Fault::of("6.2.2-1").about(word).on(Some(scope.page)));
            }
        }
        Ok(())
    }

    pub(super) fn fill(&mut self, state: &State, scope: Scope<'a>) {
        let State { fill, overprint, .. } = state;
        self.survey.paint(fill.family, scope.page);
        self.overprint(fill.family, overprint.fill && overprint.is_sparing, scope);
    }

    pub(super) fn stroke(&mut self, state: &State, scope: Scope<'a>) {
        let State { stroke, overprint, .. } = state;
        self.survey.paint(stroke.family, scope.page);
        self.overprint(stroke.family, overprint.stroke && overprint.is_sparing, scope);
    }

    /// CMYK of a profile says nothing of inks that could let others be.
    fn overprint(&mut self, family: Family, is_sparing: bool, scope: Scope<'a>) {
        if family == Family::CmykProfile && is_sparing && self.survey.overprinted.insert(scope.page) {
            self.survey.faults.push(Fault::of("6.2.4.2-2").on(Some(scope.page)));
        }
    }

    /// A colour space that is set, or a colour in it, which may be a pattern.
    fn colour(
        &mut self,
        operator: &[u8],
        operands: &[Token<'_>],
        scope: Scope<'a>,
        now: Space,
    ) -> Result<Space, Finding> {
        let colours = self.colours.clone();
        let device = |family| Space::from(colours.device(family, scope.resources));
        let space = match operator {
            b"g" => device(Family::Gray),
            b"rg" => device(Family::Rgb),
            b"k" => device(Family::Cmyk),
            b"cs" => match last_name(operands) {
                Some(space) => {
                    if let Some(listed) = self.look_up(b"ColorSpace", &space, scope) {
                        self.inks(listed, scope);
                    }
                    colours.named(&space, scope.resources)
                }
                None => now,
            },
            _ if now.pattern => {
                if let Some(pattern) = last_name(operands) {
                    self.pattern(&pattern, scope)?;
                }
                now
            }
            _ => now,
        };
        // What is set counts, whether or not something is drawn with it.
        self.survey.paint(space.family, scope.page);
        Ok(space)
    }

    /// What the resources list under a kind and a name; whether they are the stream's own is noted.
    pub(super) fn look_up(&mut self, kind: &[u8], name: &[u8], scope: Scope<'a>) -> Option<&'a Object> {
        let found = self.dictionary(scope.resources?, kind)?.get(name).ok()?;
        self.survey.inherits |= !scope.own;
        Some(found)
    }

    /// A pattern is content that is called, or a shading.
    fn pattern(&mut self, name: &[u8], scope: Scope<'a>) -> Result<(), Finding> {
        let Some(named) = self.look_up(b"Pattern", name, scope) else { return Ok(()) };
        match self.document.dereference(named) {
            Ok((_, Object::Stream(_))) => self.form(named, scope, State::default()),
            Ok((_, Object::Dictionary(pattern))) => {
                if let Some(shading) = self.dictionary(pattern, b"Shading") {
                    self.shading(shading, scope);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn shading_operator(&mut self, operands: &[Token<'_>], scope: Scope<'a>) {
        let shading = last_name(operands).and_then(|name| self.look_up(b"Shading", &name, scope));
        let shading = shading.map(|shading| self.document.dereference(shading));
        if let Some(Ok((_, Object::Dictionary(shading) | Object::Stream(Stream { dict: shading, .. })))) = shading {
            self.shading(shading, scope);
        }
    }

    fn shading(&mut self, shading: &'a Dictionary, scope: Scope<'a>) {
        if let Ok(space) = shading.get(b"ColorSpace") {
            self.paint_space(space, scope);
        }
    }

    fn rendering_intent(&mut self, operands: &[Token<'_>], scope: Scope<'a>) {
        if let Some(intent) = last_name(operands).filter(|intent| !INTENTS.contains(&intent.as_ref())) {
            let about = String::from_utf8_lossy(&intent).into_owned();
            self.survey.faults.push(Fault::of("6.2.6-1").about(about).on(Some(scope.page)));
        }
    }

    /// A named set of graphics parameters: transparency, and a font.
    fn graphics_state(&mut self, operands: &[Token<'_>], scope: Scope<'a>, state: &mut State) -> Result<(), Finding> {
        let named = last_name(operands).and_then(|name| self.look_up(b"ExtGState", &name, scope));
        let Some(Ok((_, Object::Dictionary(set)))) = named.map(|named| self.document.dereference(named)) else {
            return Ok(());
        };
        let is_less =
            |key: &[u8]| self.value(set, key).and_then(|value| value.as_float().ok()).is_some_and(|alpha| alpha < 1.0);
        if is_less(b"ca") || is_less(b"CA") {
            self.survey.shine_through(scope.page);
        }
        self.set_overprint(set, state);
        self.blend_mode(set, scope);
        if let Some(Object::Array(font)) = self.value(set, b"Font")
            && let Some(font) = font.first()
        {
            state.font = self.font_of(font);
        }
        match self.value(set, b"SMask") {
            Some(Object::Dictionary(mask)) => {
                self.survey.shine_through(scope.page);
                let group = mask.get(b"G").ok();
                group.map_or(Ok(()), |group| self.form(group, scope, State::default()))
            }
            _ => Ok(()),
        }
    }

    /// What is said of lines holds for areas, too, if nothing is said of these.
    fn set_overprint(&self, set: &'a Dictionary, state: &mut State) {
        let flag = |key: &[u8]| self.value(set, key).and_then(|value| value.as_bool().ok());
        let (areas, lines) = (flag(b"op"), flag(b"OP"));
        state.overprint.fill = areas.or(lines).unwrap_or(state.overprint.fill);
        state.overprint.stroke = lines.unwrap_or(state.overprint.stroke);
        if let Some(mode) = self.value(set, b"OPM").and_then(|mode| mode.as_i64().ok()) {
            state.overprint.is_sparing = mode == 1;
        }
    }

    fn blend_mode(&mut self, set: &'a Dictionary, scope: Scope<'a>) {
        let mode = match self.value(set, b"BM") {
            Some(Object::Name(mode)) => mode.as_slice(),
            Some(Object::Array(modes)) => modes.first().and_then(|mode| mode.as_name().ok()).unwrap_or_default(),
            _ => return,
        };
        if !matches!(mode, b"Normal" | b"Compatible") {
            self.survey.shine_through(scope.page);
        }
        if !BLEND_MODES.contains(&mode) {
            let about = String::from_utf8_lossy(mode).into_owned();
            self.survey.faults.push(Fault::of("6.2.10-1").about(about).on(Some(scope.page)));
        }
    }

    /// Calls a form or draws an image.
    fn call(&mut self, operands: &[Token<'_>], scope: Scope<'a>, state: State) -> Result<(), Finding> {
        let Some(named) = last_name(operands).and_then(|name| self.look_up(b"XObject", &name, scope)) else {
            return Ok(());
        };
        let Ok((_, Object::Stream(stream))) = self.document.dereference(named) else { return Ok(()) };
        match self.value(&stream.dict, b"Subtype").and_then(|kind| kind.as_name().ok()) {
            Some(b"Image") => {
                self.jpeg_2000(stream, scope);
                self.image(&stream.dict, scope, &state);
            }
            Some(b"PS") => self.survey.faults.push(Fault::of("6.2.9-3").on(Some(scope.page))),
            _ => {
                if self.dictionary(&stream.dict, b"Group").is_some() {
                    self.survey.shine_through(scope.page);
                }
                self.form(named, scope, state)?;
            }
        }
        Ok(())
    }

    /// An image in JPEG 2000 has a file in it that speaks of colours, too.
    fn jpeg_2000(&mut self, stream: &'a Stream, scope: Scope<'a>) {
        if !matches!(stream.filters().as_deref(), Ok([b"JPXDecode"])) {
            return;
        }
        let jpx = Jpx::read(&stream.content);
        let stated = stream.dict.has(b"ColorSpace");
        let lacks = jpx.lacks(stated).into_iter().map(|clause| Fault::of(clause).on(Some(scope.page)));
        self.survey.faults.extend(lacks);
        if !stated {
            self.survey.paint(jpx.family(), scope.page);
        }
    }

    fn image(&mut self, image: &'a Dictionary, scope: Scope<'a>, state: &State) {
        let is_mask = matches!(self.value(image, b"ImageMask"), Some(Object::Boolean(true)));
        let bits = self.value(image, b"BitsPerComponent").and_then(|bits| bits.as_i64().ok());
        if bits.is_some_and(|bits| !is_mask && !BITS.contains(&bits)) {
            self.survey.faults.push(Fault::of("6.2.8-4").on(Some(scope.page)));
        }
        if let Some(mask) = self.dictionary(image, b"SMask") {
            self.survey.shine_through(scope.page);
            // The mask of a mask is none: this ends.
            if !std::ptr::eq(mask, image) && !mask.has(b"SMask") {
                self.image(mask, scope, state);
            }
        }
        if is_mask {
            self.fill(state, scope);
        } else if let Ok(space) = image.get(b"ColorSpace") {
            self.paint_space(space, scope);
        }
    }
}

/// Whether an operator of several letters draws nothing and sets nothing that PDF/A asks for.
fn is_harmless(operator: &[u8]) -> bool {
    matches!(
        operator,
        b"cm"
            | b"re"
            | b"W*"
            | b"BT"
            | b"ET"
            | b"Tc"
            | b"Tw"
            | b"Tz"
            | b"TL"
            | b"Ts"
            | b"Td"
            | b"TD"
            | b"Tm"
            | b"T*"
            | b"d0"
            | b"d1"
            | b"MP"
            | b"DP"
            | b"BMC"
            | b"BDC"
            | b"EMC"
            | b"BX"
            | b"EX"
            | b"EI"
    )
}

/// The same for one of a single letter: nearly all operators of most pages.
#[inline]
pub(super) fn is_harmless_letter(operator: u8) -> bool {
    matches!(operator, b'w' | b'J' | b'j' | b'M' | b'd' | b'i' | b'm' | b'l' | b'c' | b'v' | b'y' | b'h' | b'n' | b'W')
}

/// The last operand, where it is a name.
pub(super) fn last_name<'b>(operands: &[Token<'b>]) -> Option<std::borrow::Cow<'b, [u8]>> {
    match operands.last()? {
        Token::Name(raw) => Some(name(raw)),
        _ => None,
    }
}

/// The last operand, where it is a small whole number.
fn last_number(operands: &[Token<'_>]) -> Option<u8> {
    match operands.last()? {
        Token::Number(digits) => std::str::from_utf8(digits).ok()?.parse().ok(),
        _ => None,
    }
}
