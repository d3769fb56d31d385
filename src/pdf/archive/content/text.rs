//! Operators that choose a font and write with it.

use lopdf::{Dictionary, Object};

use super::lexer::{self, Token, name};
use super::state::State;
use super::{FontUse, Reader, Scope};
use crate::finding::Finding;

/// The rendering mode in which characters are not drawn.
const INVISIBLE: u8 = 3;

impl<'a> Reader<'a> {
    /// Chooses a font by its name in the resources.
    pub(super) fn select_font(&mut self, operands: &[Token<'_>], scope: Scope<'a>, state: &mut State) {
        let chosen = operands.iter().find_map(|token| match token {
            Token::Name(raw) => Some(name(raw)),
            _ => None,
        });
        let named = chosen.and_then(|chosen| self.look_up(b"Font", &chosen, scope));
        state.font = named.and_then(|named| self.font_of(named));
    }

    /// The number of a font.
    pub(super) fn font_of(&mut self, named: &'a Object) -> Option<usize> {
        match self.document.dereference(named) {
            Ok((id, Object::Dictionary(font))) => {
                let document = self.document;
                Some(self.survey.font(id, font, || super::dictionary(document, font, b"CharProcs")))
            }
            _ => None,
        }
    }

    /// Writes texts.
    pub(super) fn show(&mut self, operands: &[Token<'_>], scope: Scope<'a>, state: State) -> Result<(), Finding> {
        let Some(number) = state.font else { return Ok(()) };
        let is_drawn = state.mode != INVISIBLE;
        let mut written = false;
        for token in operands.iter().filter(|token| matches!(token, Token::Literal(_) | Token::Hex(_))) {
            let bytes = lexer::text(*token, &mut self.text);
            written |= !bytes.is_empty();
            self.survey.fonts[number].write(bytes, scope.page, is_drawn);
        }
        if !written {
            return Ok(());
        }
        if matches!(state.mode, 0 | 2 | 4 | 6) {
            self.fill(&state, scope);
        }
        if matches!(state.mode, 1 | 2 | 5 | 6) {
            self.stroke(&state, scope);
        }
        match self.survey.fonts[number] {
            FontUse { glyphs: Some(glyphs), dictionary, .. } => self.glyphs(glyphs, dictionary, scope, state),
            _ => Ok(()),
        }
    }

    /// The glyphs of a font that are content themselves (Type 3).
    fn glyphs(
        &mut self,
        glyphs: &'a Dictionary,
        font: &'a Dictionary,
        scope: Scope<'a>,
        state: State,
    ) -> Result<(), Finding> {
        let own = self.dictionary(font, b"Resources");
        let inner = Scope { resources: own.or(scope.resources), own: own.is_some(), lends: own.is_some(), ..scope };
        for (_, glyph) in glyphs {
            self.form(glyph, inner, State { font: None, mode: 0, ..state })?;
        }
        Ok(())
    }
}
