//! What is compiled: conditions of `#if` with the macros that a translation unit has defined so far.

use super::configuration::is_of_system;
use super::index::{is_for_another, names_other_system};
use super::lookup::Shared;
use crate::{DefRef, FileId};
use parseltongue_syntax::Name;
use parseltongue_syntax::conditions::{Environment, evaluate, feature, predefined};
use parseltongue_syntax::facts::*;
use parseltongue_syntax::language::Language;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Whether text is compiled by default, if that is known.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Compiled {
    /// From what is sure enough to leave a call out.
    pub(super) surely: Option<bool>,
    /// If macros that the project does not define are undefined: enough to prefer a definition to its variants.
    pub(super) presumably: Option<bool>,
}

impl Compiled {
    pub(super) const ALWAYS: Self = Self { surely: Some(true), presumably: Some(true) };
    const NEVER: Self = Self { surely: Some(false), presumably: Some(false) };

    fn and(self, other: Self) -> Self {
        Self { surely: all([self.surely, other.surely]), presumably: all([self.presumably, other.presumably]) }
    }

    /// In one of two units that have the text.
    fn or(self, other: Self) -> Self {
        let not = |one: Option<bool>| one.map(|holds| !holds);
        let any = |left, right| not(all([not(left), not(right)]));
        Self { surely: any(self.surely, other.surely), presumably: any(self.presumably, other.presumably) }
    }

    fn of(self, how: How) -> Option<bool> {
        match how {
            How::Surely => self.surely,
            How::Presumably => self.presumably,
        }
    }
}

fn all(holds: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = Some(true);
    for one in holds {
        match one {
            Some(false) => return Some(false),
            Some(true) => {}
            None => known = None,
        }
    }
    known
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Surely,
    Presumably,
}

/// What a macro is at a place.
#[derive(Clone, Copy)]
enum State {
    Undefined,
    Value(i64),
    Text(DefRef),
    /// Defined, nobody knows as what.
    Defined,
    Unknown,
}

/// A header is looked at in as many of the units that include it.
const MOST_UNITS: usize = 3;
/// Including files are looked for among so many.
const MOST_INCLUDERS: usize = 200;
/// Conditions and values that depend on each other are followed so far.
const DEEPEST: u16 = 150;
/// Definitions of which it depends on others whether they count are looked at again so deep.
const MOST_FOLLOWED: u8 = 2;

/// Whether the conditional texts of a file are compiled by default, in a unit that includes it.
pub(super) fn texts_of(shared: &Shared<'_>, file: FileId) -> Arc<[Compiled]> {
    let count = shared.facts(file).conditionals.len();
    let units = units_of(shared, file);
    let of_unit = |root: FileId| {
        let mut unit = Unit::new(shared, root);
        (0..count).map(|at| unit.text(file, at as u32)).collect::<Vec<_>>()
    };
    let mut compiled = of_unit(units[0]);
    for &other in &units[1..] {
        for (known, here) in compiled.iter_mut().zip(of_unit(other)) {
            *known = known.or(here);
        }
    }
    compiled.into()
}

/// The sources that are compiled with a file in them, nearest first.
fn units_of(shared: &Shared<'_>, file: FileId) -> Vec<FileId> {
    let mut units = Vec::new();
    let mut seen = vec![file];
    let mut at = 0;
    while let Some(&next) = seen.get(at) {
        let usual = next == file || !shared.facts(next).test && !is_foreign(shared, next);
        if usual && is_source(shared.project.file(next).path) {
            units.push(next);
        }
        if units.len() == MOST_UNITS || seen.len() > MOST_INCLUDERS {
            break;
        }
        for &includer in shared.index.includers.get(&next).into_iter().flatten() {
            if !seen.contains(&includer) {
                seen.push(includer);
            }
        }
        at += 1;
    }
    if units.is_empty() {
        units.push(file);
    }
    units
}

/// Instruction sets of x86, each with those before it.
const INSTRUCTION_SETS: &[&str] = &["sse3", "ssse3", "sse41", "sse42", "avx", "avx2", "avx512"];

/// The place among [`INSTRUCTION_SETS`], from 1, of the last that a name speaks of: of a macro (`USE_SSE41`), or of a
/// source that builds compile for it (`enc_sse41.c`).
fn instruction_set(name: &str) -> Option<usize> {
    let name = name.rsplit('/').next().unwrap_or(name);
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let letters = letters.to_ascii_lowercase();
    INSTRUCTION_SETS.iter().rposition(|set| letters.contains(set)).map(|at| at + 1)
}

/// Whether a file is compiled by itself.
fn is_source(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| matches!(ending, "c" | "cc" | "cpp" | "cxx" | "c++" | "C"))
}

/// A place in a unit; everything before it was read before.
#[derive(Clone, Copy)]
struct Place {
    file: FileId,
    line: u32,
}

/// A file in a unit.
struct Visit {
    /// From which line on it has which place in the order of the unit: each file that it includes comes between.
    order: Vec<(u32, u32)>,
    /// Where it is included, unless it surely is: then there is nothing.
    via: Vec<Place>,
}

/// A source with all that it includes.
struct Unit<'s, 'p> {
    shared: &'s Shared<'p>,
    root: FileId,
    cpp: bool,
    /// How much of [`INSTRUCTION_SETS`] the source is compiled for, beyond what every x86-64 has.
    instructions: usize,
    visits: FxHashMap<FileId, Visit>,
    /// All of `#include "…"` leads to files of the project.
    found: bool,
    /// And no other libraries are included.
    alone: bool,
    texts: FxHashMap<(FileId, u32), Compiled>,
    included: FxHashMap<FileId, Compiled>,
    depth: u16,
    /// How many questions are open that look at definitions again.
    following: u8,
}

impl<'s, 'p> Unit<'s, 'p> {
    fn new(shared: &'s Shared<'p>, root: FileId) -> Self {
        let cpp = shared.facts(root).language == Language::Cpp;
        let mut unit = Self {
            shared,
            root,
            cpp,
            instructions: instruction_set(shared.project.file(root).path).unwrap_or(0),
            visits: FxHashMap::default(),
            found: true,
            alone: true,
            texts: FxHashMap::default(),
            included: FxHashMap::default(),
            depth: 0,
            following: 0,
        };
        unit.visit(root, None, &mut 0);
        unit
    }

    fn visit(&mut self, file: FileId, via: Option<Place>, next: &mut u32) {
        let shared = self.shared;
        let Some(index) = shared.index.files.get(&file) else {
            // Of another language: who knows what it defines.
            (self.found, self.alone) = (false, false);
            return;
        };
        if let Some(known) = self.visits.get_mut(&file) {
            match via {
                None => known.via.clear(),
                Some(via) if !known.via.is_empty() => known.via.push(via),
                Some(_) => {}
            }
            return;
        }
        self.found &= index.missing.is_empty();
        self.alone &= !index.uses_libraries;
        let mut order = vec![(0, *next)];
        self.visits.insert(file, Visit { order: Vec::new(), via: via.into_iter().collect() });
        self.depth += 1;
        if self.depth < DEEPEST {
            for include in &index.includes {
                let here = Place { file, line: include.line };
                *next += 1;
                self.visit(include.file, (include.unsure || via.is_some()).then_some(here), next);
                *next += 1;
                order.push((include.line, *next));
            }
        }
        self.depth -= 1;
        if let Some(visit) = self.visits.get_mut(&file) {
            visit.order = order;
        }
    }

    /// Where a place is in the order of the unit, if its file is in it.
    fn order(&self, place: Place) -> Option<(u32, u32)> {
        let order = &self.visits.get(&place.file)?.order;
        let at = order.partition_point(|&(line, _)| line < place.line).checked_sub(1)?;
        Some((order[at].1, place.line))
    }

    /// Whether a line is compiled.
    fn line(&mut self, place: Place) -> Compiled {
        let included = self.included(place.file);
        match self.shared.conditional_around_line(place.file, place.line) {
            Some(text) => included.and(self.text(place.file, text as u32)),
            None => included,
        }
    }

    /// Whether a file is included.
    fn included(&mut self, file: FileId) -> Compiled {
        if let Some(&known) = self.included.get(&file) {
            return known;
        }
        let via = self.visits.get(&file).map_or(&[][..], |visit| &visit.via).to_vec();
        let mut included = if via.is_empty() { Compiled::ALWAYS } else { Compiled::NEVER };
        // Not by way of itself.
        self.included.insert(file, included);
        self.depth += 1;
        if self.depth < DEEPEST {
            for via in via {
                included = included.or(self.line(via));
            }
        }
        self.depth -= 1;
        self.included.insert(file, included);
        included
    }

    /// Whether a conditional text is compiled where its file is.
    fn text(&mut self, file: FileId, index: u32) -> Compiled {
        if let Some(&known) = self.texts.get(&(file, index)) {
            return known;
        }
        if self.depth >= DEEPEST {
            return Compiled { surely: None, presumably: None };
        }
        self.depth += 1;
        let text = self.shared.facts(file).conditionals[index as usize];
        let around = text.around.map_or(Compiled::ALWAYS, |around| self.text(file, around));
        let surely = all([around.surely, self.holds(file, &text, How::Surely)]);
        let presumably = all([around.presumably, self.holds(file, &text, How::Presumably)]);
        self.depth -= 1;
        let compiled = Compiled { surely, presumably };
        self.texts.insert((file, index), compiled);
        compiled
    }

    /// Whether a text's own conditions hold.
    fn holds(&mut self, file: FileId, text: &Conditional, how: How) -> Option<bool> {
        let here = Place { file, line: text.asked_line };
        let needs = self.shared.facts(file).list(text.needs);
        all(needs.iter().map(|need| self.value(*need, here, how, None)))
    }

    /// Whether a condition holds at a place; `absent` is taken as not defined.
    fn value(&mut self, need: Name, here: Place, how: How, absent: Option<Name>) -> Option<bool> {
        evaluate(need.as_str(), &mut Here { unit: self, here, how, absent }).map(|value| value != 0)
    }

    /// What a macro is at a place.
    fn state(&mut self, here: Place, name: Name, how: How) -> State {
        let Some(before) = self.order(here) else { return State::Unknown };
        let shared = self.shared;
        let mut candidates: Vec<((u32, u32), Place, Option<DefRef>)> = Vec::new();
        let mut add = |place: Place, def| match self.order(place) {
            Some(at) if at < before => candidates.push((at, place, def)),
            _ => {}
        };
        for &this in shared.index.macros.get(&name).into_iter().flatten() {
            let def = shared.project.def(this);
            if !def.flags.contains(DefFlags::INACTIVE) && !is_foreign(shared, this.file) {
                add(Place { file: this.file, line: def.pos.line }, Some(this));
            }
        }
        for &place in shared.index.undefined.get(&name).into_iter().flatten() {
            add(Place { file: place.0, line: place.1 }, None);
        }
        candidates.sort_unstable_by_key(|&(at, ..)| std::cmp::Reverse(at));
        let (mut may_be, mut may_not_be) = (false, false);
        let mut default = None;
        let mut given = None;
        let mut state = None;
        // Files that are presumed not to be included may be alternatives, of which a build takes one.
        let mut doubt = false;
        for (_, place, def) in candidates {
            let compiled = self.line(place);
            match (compiled.of(how), def) {
                (Some(false), _) => {
                    doubt |= compiled.surely.is_none() && self.included(place.file).of(how) == Some(false);
                    continue;
                }
                (Some(true), _) => state = Some(def.map_or(State::Undefined, State::Text)),
                (None, None) => may_not_be |= default.is_none(),
                (None, Some(def)) if default.is_none() && self.following < MOST_FOLLOWED => {
                    let given = given.get_or_insert_with(|| self.conditions_of(here));
                    self.following += 1;
                    if self.follows(place, how, given, None) {
                        state = Some(State::Text(def));
                    } else if self.follows(place, how, given, Some(name)) {
                        default = Some(def);
                    } else {
                        may_be = true;
                    }
                    self.following -= 1;
                }
                (None, Some(_)) => may_be = true,
            }
            if state.is_some() {
                break;
            }
        }
        let state = state.unwrap_or_else(|| match self.outside(here, name, how) {
            State::Undefined if doubt => State::Unknown,
            state => state,
        });
        match default {
            // Defined either way, and as this if nothing else of the project may be meant.
            Some(def) => {
                let alone = !may_be && matches!(state, State::Undefined | State::Unknown);
                let state =
                    if alone && !shared.configuration.defines(name) { State::Text(def) } else { State::Defined };
                settled(state, false, may_not_be)
            }
            None => settled(state, may_be, may_not_be),
        }
    }

    /// The conditions under which a place is compiled.
    fn conditions_of(&self, place: Place) -> Vec<Name> {
        let facts = self.shared.facts(place.file);
        let mut needs = Vec::new();
        let mut around = self.shared.conditional_around_line(place.file, place.line);
        while let Some(index) = around {
            let text = facts.conditionals[index];
            needs.extend(facts.list(text.needs));
            around = text.around.map(|around| around as usize);
        }
        needs
    }

    /// Whether a definition is compiled where some conditions hold and a macro is not defined before, as in
    /// `#ifndef X / #define X`.
    fn follows(&mut self, place: Place, how: How, given: &[Name], absent: Option<Name>) -> bool {
        let facts = self.shared.facts(place.file);
        let mut around = self.shared.conditional_around_line(place.file, place.line);
        while let Some(index) = around {
            let text = &facts.conditionals[index];
            let here = Place { file: place.file, line: text.asked_line };
            let mut needs = facts.list(text.needs).iter();
            if !needs.all(|need| given.contains(need) || self.value(*need, here, how, absent) == Some(true)) {
                return false;
            }
            around = text.around.map(|around| around as usize);
        }
        let via = self.visits.get(&place.file).map_or(&[][..], |visit| &visit.via).to_vec();
        let before = self.depth;
        self.depth += 16;
        let follows = via.is_empty()
            || self.depth < DEEPEST
                && (self.included(place.file).of(how) == Some(true)
                    || via.first().is_some_and(|&via| self.follows(via, how, given, None)));
        self.depth = before;
        follows
    }

    /// What a macro is that nothing before a place defines.
    fn outside(&mut self, here: Place, name: Name, how: How) -> State {
        if let Some(known) = predefined(name.as_str(), self.cpp) {
            return known.map_or(State::Undefined, State::Value);
        }
        let (index, configuration) = (&self.shared.index, &self.shared.configuration);
        let is_set = || instruction_set(name.as_str()).is_some_and(|set| set <= self.instructions);
        if self.instructions > 0 && is_set() && !configuration.leaves_out(name) {
            return State::Value(1);
        }
        // What a file that is included has as a comment is off, whatever other programs of the project define.
        let left_out = index.left_out.get(&name);
        let off = left_out.is_some_and(|files| files.iter().any(|file| self.visits.contains_key(file)));
        let mut skipped = left_out.is_some();
        // Other files may define it before they include this one.
        let mut any = false;
        for &this in index.macros.get(&name).into_iter().flatten() {
            let inside = self.visits.contains_key(&this.file);
            let inactive = self.shared.project.def(this).flags.contains(DefFlags::INACTIVE);
            if inside && here.file != this.file || inactive || is_foreign(self.shared, this.file) {
                skipped = true;
            } else {
                any |= !(inside || off || self.found && here.file == self.root);
            }
        }
        if !any && names_other_system(&name.as_str().to_ascii_lowercase()) {
            return State::Undefined;
        }
        if any || name.as_str().contains("HAVE_") {
            return State::Unknown;
        }
        match how {
            How::Presumably if configuration.defines(name) => State::Value(1),
            How::Presumably
                if is_of_system(name) && !name.as_str().starts_with('_') && !configuration.leaves_out(name) =>
            {
                State::Unknown
            }
            How::Presumably => State::Undefined,
            // Nothing could define it but a build that nobody wrote down.
            How::Surely
                if self.found && !configuration.may_define(name) && (self.alone || index.is_of_family(name)) =>
            {
                State::Undefined
            }
            How::Surely if skipped || configuration.leaves_out(name) => State::Undefined,
            How::Surely => State::Unknown,
        }
    }
}

/// Whether a file is not for the canonical platform.
fn is_foreign(shared: &Shared<'_>, file: FileId) -> bool {
    shared.index.foreign.contains(&file) || is_for_another(shared.project.file(file).path)
}

/// A state, where definitions or `#undef` after it may or may not be compiled.
fn settled(state: State, may_be: bool, may_not_be: bool) -> State {
    match state {
        _ if !may_be && !may_not_be => state,
        State::Undefined if !may_be => state,
        State::Text(_) | State::Value(_) | State::Defined if !may_not_be => State::Defined,
        _ => State::Unknown,
    }
}

/// The macros at a place of a unit.
struct Here<'a, 's, 'p> {
    unit: &'a mut Unit<'s, 'p>,
    here: Place,
    how: How,
    absent: Option<Name>,
}

impl Here<'_, '_, '_> {
    fn state(&mut self, name: &str) -> State {
        let name = Name::new(name);
        if self.absent == Some(name) {
            return State::Undefined;
        }
        if self.unit.depth >= DEEPEST {
            return State::Unknown;
        }
        self.unit.depth += 1;
        let state = self.unit.state(self.here, name, self.how);
        self.unit.depth -= 1;
        state
    }
}

impl Environment for Here<'_, '_, '_> {
    fn is_defined(&mut self, name: &str) -> Option<bool> {
        match self.state(name) {
            State::Undefined => Some(false),
            State::Unknown => None,
            _ => Some(true),
        }
    }

    fn value(&mut self, name: &str) -> Option<i64> {
        match self.state(name) {
            State::Undefined => Some(0),
            State::Value(value) => Some(value),
            State::Text(def) if self.unit.depth < DEEPEST => {
                let texts = &self.unit.shared.facts(def.file).macro_texts;
                let text = texts[texts.binary_search_by_key(&def.def, |text| text.def).ok()?].text;
                // A macro's text is read where it is used.
                self.unit.depth += 8;
                let value = evaluate(text.as_str(), self);
                self.unit.depth -= 8;
                value
            }
            _ => None,
        }
    }

    fn value_of_call(&mut self, name: &str, argument: &str) -> Option<i64> {
        feature(name, argument)
    }
}
