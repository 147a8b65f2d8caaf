//! `feature-start NAME`: what building on an entity touches, and what to leave alone.

use crate::completeness::Completeness;
use crate::document::{Document, Part, Text, count, faint, marked, name, plain, strong};
use crate::model::Entity;
use crate::project::Project;
use crate::queries::{Affected, Answer, Asked, BlastRadius, TestReaching, blast_radius, tests_reaching};
use crate::render::Annotation;
use crate::risk::Risk;
use parseltongue_sort::StableSort;
use parseltongue_store::EntityId;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a feature that starts at an entity has to do with.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FeatureStart {
    pub entity: Entity,
    pub impact: BlastRadius,
    pub direct: usize,
    pub indirect: usize,
    pub complexity: Complexity,
    pub modify: Vec<FileAdvice>,
    pub avoid: Vec<FileAdvice>,
    /// Where the feature meets the rest: direct users in other files, and what is public.
    pub integration_points: Vec<IntegrationPoint>,
    pub tests: Vec<TestReaching>,
    pub test_advice: Vec<TestAdvice>,
    pub completeness: Completeness,
}

/// How much there is to understand, with the numbers it was judged by.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Complexity {
    pub level: &'static str,
    pub reasons: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileAdvice {
    pub file: String,
    pub reason: String,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IntegrationPoint {
    #[serde(flatten)]
    pub entity: Entity,
    pub reason: String,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TestAdvice {
    /// What to test.
    #[serde(flatten)]
    pub target: Entity,
    pub reason: String,
    /// The file to put it in.
    pub location: String,
}

pub fn feature_start(project: &Project, id: EntityId, depth: Option<u32>) -> FeatureStart {
    let snapshot = &project.snapshot;
    let impact = blast_radius(project, id, depth, &Asked::in_full());
    let tests = tests_reaching(project, &[id]);
    let own_file = snapshot.path(snapshot.entity(id).file).to_owned();
    let direct: Vec<&Affected> = impact.affected.iter().filter(|affected| affected.depth == 1).collect();
    let test_advice = test_advice(project, id, &direct, &tests);
    FeatureStart {
        entity: Entity::new(project, id),
        direct: direct.len(),
        indirect: impact.affected.len() - direct.len(),
        complexity: complexity(project, id, &impact),
        modify: files_to_modify(&own_file, &direct),
        avoid: files_to_avoid(&own_file, &impact),
        integration_points: integration_points(project, id, &own_file, &direct),
        completeness: impact.completeness.clone(),
        tests,
        test_advice,
        impact,
    }
}

fn complexity(project: &Project, id: EntityId, impact: &BlastRadius) -> Complexity {
    let snapshot = &project.snapshot;
    let record = snapshot.entity(id);
    let lines = record.end_line - record.start_line + 1;
    let callees = snapshot.calls_from(id).len();
    let mut points = 0;
    let mut reasons = Vec::new();
    let mut judge = |fits: bool, weight: u32, reason: String| {
        if fits {
            points += weight;
            reasons.push(reason);
        }
    };
    judge(lines > 60, 1, format!("{lines} lines"));
    judge(lines > 200, 1, "longer than what fits in one reading".to_owned());
    judge(callees > 15, 1, format!("{callees} calls into the project"));
    judge(impact.files > 5, 1, format!("affected code in {} files", impact.files));
    judge(impact.files > 20, 1, "affected code all over the project".to_owned());
    if let Some(open) = impact.completeness.open() {
        judge(true, 1, format!("{open} may lead here"));
    }
    let level = match points {
        0 => "low",
        1 | 2 => "medium",
        _ => "high",
    };
    if reasons.is_empty() {
        reasons.push(format!(
            "{}, {}",
            count(lines as usize, "line", "lines"),
            count(callees, "call into the project", "calls into the project")
        ));
    }
    Complexity { level, reasons }
}

fn files_to_modify(own_file: &str, direct: &[&Affected]) -> Vec<FileAdvice> {
    let mut users: BTreeMap<&str, usize> = BTreeMap::new();
    for affected in direct.iter().filter(|affected| !affected.entity.test && affected.entity.file != own_file) {
        *users.entry(&affected.entity.file).or_default() += 1;
    }
    let mut advice = vec![FileAdvice { file: own_file.to_owned(), reason: "holds the definition".to_owned() }];
    advice.extend(users.into_iter().map(|(file, users)| FileAdvice {
        file: file.to_owned(),
        reason: format!(
            "{} it directly; change it only if the signature or behaviour changes",
            count(users, "entity uses", "entities use")
        ),
    }));
    advice
}

/// Files that are affected only from afar, most affected first: a change that needs them is larger than
/// it looks.
fn files_to_avoid(own_file: &str, impact: &BlastRadius) -> Vec<FileAdvice> {
    const SHOWN: usize = 8;
    let mut far: BTreeMap<&str, (usize, u32)> = BTreeMap::new();
    for affected in impact.affected.iter().filter(|affected| !affected.entity.test) {
        let entry = far.entry(&affected.entity.file).or_insert((0, u32::MAX));
        entry.0 += 1;
        entry.1 = entry.1.min(affected.depth);
    }
    let mut far: Vec<(&str, usize, u32)> = far
        .into_iter()
        .filter(|&(file, (_, nearest))| nearest > 1 && file != own_file)
        .map(|(file, (entities, nearest))| (file, entities, nearest))
        .collect();
    far.stable_sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    far.truncate(SHOWN);
    far.into_iter()
        .map(|(file, entities, nearest)| FileAdvice {
            file: file.to_owned(),
            reason: format!(
                "{} only from {nearest} steps away",
                count(entities, "entity is affected", "entities are affected")
            ),
        })
        .collect()
}

fn integration_points(project: &Project, id: EntityId, own_file: &str, direct: &[&Affected]) -> Vec<IntegrationPoint> {
    let mut points = Vec::new();
    if crate::impact::outsiders_may_use(&project.snapshot, id) {
        let reason = "is public: other packages may use it".to_owned();
        points.push(IntegrationPoint { entity: Entity::new(project, id), reason });
    }
    points.extend(direct.iter().filter(|affected| affected.entity.file != own_file && !affected.entity.test).map(
        |affected| IntegrationPoint { entity: affected.entity.clone(), reason: "uses it from another file".to_owned() },
    ));
    points
}

fn test_advice(project: &Project, id: EntityId, direct: &[&Affected], tests: &[TestReaching]) -> Vec<TestAdvice> {
    const SHOWN: usize = 6;
    let entity = Entity::new(project, id);
    let nearest_test = |tests: &[TestReaching]| tests.first().map(|test| test.entity.file.clone());
    let mut advice = Vec::new();
    if tests.is_empty() {
        let location = direct
            .iter()
            .find_map(|affected| nearest_test(&tests_reaching(project, &[affected.entity.id])))
            .unwrap_or_else(|| entity.file.clone());
        advice.push(TestAdvice {
            target: entity,
            reason: "no test reaches it, as far as calls can be followed".to_owned(),
            location,
        });
    } else if tests.iter().all(|test| test.depth > 1) {
        let location = nearest_test(tests).unwrap_or_else(|| entity.file.clone());
        let reason = format!("no test calls it directly; the nearest is {} steps away", tests[0].depth);
        advice.push(TestAdvice { target: entity, reason, location });
    }
    for affected in direct.iter().filter(|affected| !affected.entity.test && affected.entity.kind.is_callable()) {
        if advice.len() >= SHOWN {
            break;
        }
        let reaching = tests_reaching(project, &[affected.entity.id]);
        if reaching.is_empty() {
            advice.push(TestAdvice {
                target: affected.entity.clone(),
                reason: "uses it, and no test reaches it".to_owned(),
                location: nearest_test(tests).unwrap_or_else(|| affected.entity.file.clone()),
            });
        }
    }
    advice
}

/// Production code first and nearly whole; of the tests, which `affected-tests` lists, the nearest.
pub(super) fn affected_table<'a>(document: &mut Document, affected: impl Iterator<Item = (u32, &'a Entity)>) {
    const PRODUCTION: usize = 60;
    const TESTS: usize = 12;
    let (tests, production): (Vec<_>, Vec<_>) = affected.partition(|(_, entity)| entity.test);
    let shown = production.iter().take(PRODUCTION).chain(tests.iter().take(TESTS));
    let rows = shown.map(|(depth, entity)| {
        let mut row = vec![vec![faint(depth.to_string())]];
        row.extend(entity.cells());
        row
    });
    document.table(vec!["steps", "kind", "name", "place"], rows.collect());
    let left = [
        (production.len().saturating_sub(PRODUCTION), "production entity", "production entities"),
        (tests.len().saturating_sub(TESTS), "test", "tests"),
    ];
    let left: Vec<String> = left
        .into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, one, many)| count(number, one, many))
        .collect();
    if !left.is_empty() {
        document.paragraph(vec![faint(format!("and {}; JSON has all", left.join(" and ")))]);
    }
}

impl Answer for FeatureStart {
    fn document(&self) -> Document {
        let mut document = Document::default();
        document.heading(1, vec![plain("Feature start at "), name(&*self.entity.qualified_name)]);
        document.paragraph(self.entity.text());
        let at_least = self.impact.risk.least(self.impact.at_least);
        document.paragraph(vec![
            plain(format!("risk {at_least}")),
            strong(self.impact.risk.label()),
            plain(format!(
                ": {} affected directly, {} indirectly{}; {} production, {} test; complexity ",
                self.direct,
                self.indirect,
                self.impact.within(),
                self.impact.production,
                self.impact.tests
            )),
            strong(self.complexity.level),
            faint(format!(" ({})", self.complexity.reasons.join(", "))),
        ]);
        self.completeness.add_shortly_to(&mut document);
        let advice = |advice: &[FileAdvice]| -> Vec<(u8, Text)> {
            let item = |advice: &FileAdvice| {
                let place = Part::Place { path: advice.file.clone(), line: 0, column: 0 };
                (0, vec![place, plain("  "), faint(&*advice.reason)])
            };
            advice.iter().map(item).collect()
        };
        document.heading(2, vec![plain("Files to modify")]);
        document.list(advice(&self.modify));
        if !self.avoid.is_empty() {
            document.heading(2, vec![plain("Files to leave alone")]);
            document.list(advice(&self.avoid));
        }
        if !self.integration_points.is_empty() {
            document.heading(2, vec![plain("Integration points")]);
            let item = |point: &IntegrationPoint| {
                let mut text = point.entity.text();
                text.push(faint(format!("  {}", point.reason)));
                (0, text)
            };
            document.list(self.integration_points.iter().map(item).collect());
        }
        document.heading(2, vec![plain("Tests")]);
        document.paragraph(vec![plain(format!("{} it today", count(self.tests.len(), "test reaches", "tests reach")))]);
        let item = |advice: &TestAdvice| {
            let place = Part::Place { path: advice.location.clone(), line: 0, column: 0 };
            (
                0,
                vec![
                    plain("test "),
                    name(&*advice.target.qualified_name),
                    plain(format!(": {}; put it in ", advice.reason)),
                    place,
                ],
            )
        };
        document.list(self.test_advice.iter().map(item).collect());
        document.heading(2, vec![plain("Affected")]);
        if let Some(unnamed) = self.impact.unnamed_callers() {
            document.note(marked(&unnamed));
        }
        affected_table(&mut document, self.impact.affected.iter().map(|affected| (affected.depth, &affected.entity)));
        document
    }

    fn risk(&self) -> Option<Risk> {
        Some(self.impact.risk)
    }

    fn annotations(&self) -> Vec<Annotation> {
        self.impact.annotations()
    }
}
