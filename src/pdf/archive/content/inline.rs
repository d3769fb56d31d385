//! Images that stand in the content.

use std::borrow::Cow;

use super::super::colour::Family;
use super::super::fault::Fault;
use super::lexer::{Lexer, Token, name};
use super::operator::INTENTS;
use super::state::State;
use super::{Reader, Scope};

impl<'a> Reader<'a> {
    /// An image that stands in the content; the lexer stands behind `ID`.
    pub(super) fn inline_image(
        &mut self,
        operands: &[Token<'_>],
        lexer: &mut Lexer<'_>,
        scope: Scope<'a>,
        state: &State,
    ) {
        let image = InlineImage { operands };
        let space = image.name(b"CS", b"ColorSpace").map(|space| self.colours.named(&space, scope.resources).family);
        if image.is_true(b"I", b"Interpolate") {
            self.survey.faults.push(Fault::of("6.2.8-3").on(Some(scope.page)));
        }
        if let Some(intent) = image.name(b"Intent", b"Intent").filter(|intent| !INTENTS.contains(&intent.as_ref())) {
            let about = String::from_utf8_lossy(&intent).into_owned();
            self.survey.faults.push(Fault::of("6.2.6-1").about(about).on(Some(scope.page)));
        }
        if image.packed_with(&[b"LZW", b"LZWDecode"]) {
            self.survey.faults.push(Fault::of("6.1.10-1").on(Some(scope.page)));
        }
        match space {
            _ if image.is_true(b"IM", b"ImageMask") => self.fill(state, scope),
            Some(family) => self.survey.paint(family, scope.page),
            None => {}
        }
        lexer.skip_image(image.length(space));
    }
}

/// The keys of an inline image, each long or short.
struct InlineImage<'t, 'b> {
    operands: &'t [Token<'b>],
}

impl<'b> InlineImage<'_, 'b> {
    /// The word behind a key.
    fn value(&self, short: &[u8], long: &[u8]) -> Option<Token<'b>> {
        let is_key = |token: &Token<'_>| matches!(token, Token::Name(name) if *name == short || *name == long);
        let at = self.operands.iter().position(is_key)?;
        self.operands.get(at + 1).copied()
    }

    fn name(&self, short: &[u8], long: &[u8]) -> Option<Cow<'b, [u8]>> {
        match self.value(short, long)? {
            Token::Name(raw) => Some(name(raw)),
            _ => None,
        }
    }

    fn number(&self, short: &[u8], long: &[u8]) -> Option<usize> {
        match self.value(short, long)? {
            Token::Number(digits) => std::str::from_utf8(digits).ok()?.parse().ok(),
            _ => None,
        }
    }

    fn is_true(&self, short: &[u8], long: &[u8]) -> bool {
        self.value(short, long) == Some(Token::Word(b"true"))
    }

    /// Whether it is packed, with one of these if any are named. An array of filters is short.
    fn packed_with(&self, filters: &[&[u8]]) -> bool {
        let is_key = |token: &Token<'_>| matches!(token, Token::Name(b"F" | b"Filter"));
        let Some(at) = self.operands.iter().position(is_key) else { return false };
        let named = |token: &Token<'_>| matches!(token, Token::Name(name) if filters.contains(name));
        match self.operands.get(at + 1) {
            Some(Token::Open) => self.operands[at + 2..].iter().take_while(|token| **token != Token::Close).any(named),
            Some(token) => named(token),
            None => false,
        }
    }

    /// How many bytes the data have, if that can be told: they are not packed, and their colours are known.
    fn length(&self, family: Option<Family>) -> Option<usize> {
        if self.value(b"F", b"Filter").is_some() {
            return None;
        }
        let is_mask = self.is_true(b"IM", b"ImageMask");
        let components = match family {
            _ if is_mask => 1,
            Some(Family::Gray) => 1,
            Some(Family::Rgb) => 3,
            Some(Family::Cmyk) => 4,
            _ => return None,
        };
        let bits = if is_mask { 1 } else { self.number(b"BPC", b"BitsPerComponent")? };
        let row = self.number(b"W", b"Width")?.checked_mul(components)?.checked_mul(bits)?.div_ceil(8);
        row.checked_mul(self.number(b"H", b"Height")?)
    }
}
