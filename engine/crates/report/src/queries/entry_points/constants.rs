//! The values of paths that are written with constants of the project.

use super::{FileReader, text};
use crate::folders::folder_of;
use parseltongue_store::{EntityId, FileIndex};
use parseltongue_syntax::Language;
use parseltongue_syntax::facts::DefKind;

/// How many constants may be made of one another.
const MAX_STEPS: u32 = 4;

impl FileReader<'_> {
    /// The value of string literals and constants that are put together with `+`; `None` if part of it is
    /// not known.
    pub(super) fn string_value(&self, expression: &str) -> Option<String> {
        self.value_in(self.file, expression, 0)
    }

    fn value_in(&self, file: FileIndex, expression: &str, steps: u32) -> Option<String> {
        let mut rest = expression.trim();
        let mut value = String::new();
        loop {
            if text::is_string(rest) {
                let inner = text::first_string(rest)?;
                value.push_str(inner);
                rest = &rest[rest.find(['"', '\'', '`'])? + inner.len() + 2..];
            } else {
                let part_of_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '$');
                let (name, after) = rest.split_at(rest.find(|letter| !part_of_name(letter)).unwrap_or(rest.len()));
                value.push_str(&self.constant(file, name, steps)?);
                rest = after;
            }
            rest = rest.trim_start();
            if rest.is_empty() || rest.starts_with(';') || rest.starts_with("//") {
                return Some(value);
            }
            rest = rest.strip_prefix('+')?.trim_start();
        }
    }

    /// The value of the constant that a name in a file means: of the file, of its folder (which is a Go
    /// package), of the package it is qualified with, or the only one of the name.
    fn constant(&self, file: FileIndex, name: &str, steps: u32) -> Option<String> {
        if steps == MAX_STEPS {
            return None;
        }
        let snapshot = &self.project.snapshot;
        let (qualifier, last) = name.rsplit_once('.').map_or((None, name), |(before, last)| (Some(before), last));
        let candidates: Vec<EntityId> = snapshot
            .named(snapshot.find_str(last)?)
            .iter()
            .copied()
            .filter(|&id| match snapshot.entity(id).kind() {
                DefKind::Constant => true,
                // `export const` in a module.
                DefKind::Variable => self.language != Language::Go,
                _ => false,
            })
            .collect();
        let folder = |file| folder_of(snapshot.path(file));
        let of = |id: EntityId| snapshot.entity(id).file;
        let found = match qualifier {
            None => candidates
                .iter()
                .find(|&&id| of(id) == file)
                .or_else(|| candidates.iter().find(|&&id| folder(of(id)) == folder(file))),
            Some(qualifier) => {
                let mut named = candidates.iter().filter(|&&id| folder(of(id)).rsplit('/').next() == Some(qualifier));
                named.next().filter(|_| named.next().is_none())
            }
        };
        let id = match (found, &candidates[..]) {
            (Some(&id), _) => id,
            (None, &[only]) => only,
            _ => return None,
        };
        let entity = snapshot.entity(id);
        let declared = self.declaration(id)?;
        let (_, value) = declared.lines().next()?.split_once('=')?;
        self.value_in(entity.file, value, steps + 1)
    }
}
