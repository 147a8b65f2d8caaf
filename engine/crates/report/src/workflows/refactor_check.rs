//! `refactor-check NAME`: how risky it is to change the shape of an entity, and what to do about it.

use crate::completeness::Completeness;
use crate::document::{Document, count, faint, marked, name, plain, strong};
use crate::model::{Entity, Relation};
use crate::project::Project;
use crate::queries::{Answer, Asked, BlastRadius, Callers, TestReaching, blast_radius, callers, tests_reaching};
use crate::render::Annotation;
use crate::risk::Risk;
use parseltongue_graph::cycles::cycles;
use parseltongue_resolve::RelationKind;
use parseltongue_sort::StableSort;
use parseltongue_store::EntityId;
use serde::Serialize;

/// How risky a refactoring is.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RefactorCheck {
    pub entity: Entity,
    pub risk: Risk,
    /// How far the answer can be trusted.
    pub confidence: Confidence,
    pub factors: Vec<Factor>,
    /// Most important first.
    pub checklist: Vec<Step>,
    pub reviewer: Reviewer,
    pub impact: BlastRadius,
    pub callers: Callers,
    pub tests: Vec<TestReaching>,
    pub completeness: Completeness,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CheckConfidence"))]
pub struct Confidence {
    pub level: &'static str,
    pub reason: String,
}

/// Something that makes the change riskier, and what lessens it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Factor {
    pub factor: String,
    pub mitigation: String,
    /// Levels that it adds to what the number of affected entities says.
    #[serde(skip)]
    raises: bool,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Step {
    pub priority: &'static str,
    pub what: String,
}

/// Guidance for whoever reviews the change.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reviewer {
    pub focus: Vec<String>,
    pub likely_issues: Vec<String>,
    pub tests: Vec<String>,
    pub approve_when: Vec<String>,
}

pub fn refactor_check(project: &Project, id: EntityId, depth: Option<u32>) -> RefactorCheck {
    let impact = blast_radius(project, id, depth, &Asked::in_full());
    let calling = callers(project, id, &Asked::in_full());
    let tests = tests_reaching(project, &[id]);
    let factors = factors(project, id, &impact, &calling, &tests);
    let raised = factors.iter().any(|factor| factor.raises);
    let risk = match (impact.risk, raised) {
        (Risk::Low, true) => Risk::Medium,
        (Risk::Medium, true) => Risk::High,
        (risk, _) => risk,
    };
    RefactorCheck {
        entity: Entity::new(project, id),
        risk,
        confidence: confidence(&impact),
        checklist: checklist(&impact, &calling, &tests),
        reviewer: reviewer(&impact, &calling, &tests),
        completeness: impact.completeness.clone(),
        factors,
        impact,
        callers: calling,
        tests,
    }
}

fn factors(
    project: &Project,
    id: EntityId,
    impact: &BlastRadius,
    calling: &Callers,
    tests: &[TestReaching],
) -> Vec<Factor> {
    const MANY_CALLERS: usize = 10;
    let snapshot = &project.snapshot;
    let record = snapshot.entity(id);
    let mut factors = Vec::new();
    let mut add = |fits: bool, raises: bool, factor: String, mitigation: &str| {
        if fits {
            factors.push(Factor { factor, mitigation: mitigation.to_owned(), raises });
        }
    };
    let callers = calling.callers.iter().filter(|caller| caller.relation == Relation::Call).count();
    add(
        callers >= MANY_CALLERS,
        false,
        format!("called by {callers} entities"),
        "keep the old signature as a thin wrapper and move callers over one file at a time",
    );
    let references = calling.callers.len() - callers;
    add(
        references > 0,
        false,
        format!("passed or named without a call by {}", count(references, "entity", "entities")),
        if record.kind().is_callable() {
            "check what each expects of the parameters: a value that holds a function is not checked by name"
        } else {
            "change them together with it where its form changes"
        },
    );
    if let Some(open) = impact.completeness.open() {
        add(true, true, format!("{open} may lead here"), "look at each of them (listed below) before the change");
    }
    if let Some(unnamed) = impact.unnamed_callers() {
        add(
            true,
            true,
            unnamed,
            "find out who runs it: look at where its type or the decorated function is handed over",
        );
    }
    let through: Vec<&str> = calling.through.iter().map(|through| through.method.qualified_name.as_str()).collect();
    let overridden = snapshot.relations_to(id).filter(|relation| relation.kind() == RelationKind::Overrides).count();
    add(
        !through.is_empty() || overridden > 0,
        true,
        if through.is_empty() {
            format!("dispatched at run time: overridden by {}", count(overridden, "method", "methods"))
        } else {
            format!("dispatched at run time: may be called through {}", through.join(", "))
        },
        "change the base method and all overriding methods together",
    );
    let public = crate::impact::outsiders_may_use(snapshot, id);
    add(
        public,
        false,
        "public: code outside this project may use it, which no search here can see".to_owned(),
        "deprecate first, or treat it as a breaking change of the package's version",
    );
    let in_cycle = cycles(&snapshot.call_graph(false), false).into_iter().find(|cycle| cycle.contains(&id.number()));
    if let Some(cycle) = in_cycle {
        add(
            true,
            false,
            format!("part of a call cycle of {} members", cycle.len()),
            "cut the cycle first, see find-cycles, or change all members together",
        );
    }
    add(
        tests.is_empty() && record.kind().is_callable(),
        true,
        "no test reaches it, as far as calls can be followed".to_owned(),
        "write a test of today's behaviour first",
    );
    factors
}

fn confidence(impact: &BlastRadius) -> Confidence {
    let completeness = &impact.completeness;
    let unread = completeness.skipped.len() + completeness.partly_parsed.len();
    let (level, reason) = if let Some(open) = completeness.open() {
        ("low", format!("{open} may lead here"))
    } else if let Some(unnamed) = impact.unnamed_callers() {
        ("medium", unnamed)
    } else if unread > 0 {
        ("medium", format!("{} could not be read in full", count(unread, "file", "files")))
    } else {
        ("high", "all call sites of its name are resolved and all files were read".to_owned())
    };
    Confidence { level, reason }
}

fn checklist(impact: &BlastRadius, calling: &Callers, tests: &[TestReaching]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut add = |priority, what: String| steps.push(Step { priority, what });
    if let Some(open) = impact.completeness.open() {
        add("must", format!("look at every one of the {open}"));
    }
    match tests {
        [] => add("must", "write a test that pins today's behaviour".to_owned()),
        tests => {
            let names: Vec<String> =
                tests.iter().take(5).map(|test| format!("`{}`", test.entity.qualified_name)).collect();
            add(
                "must",
                format!(
                    "run the tests that reach it: {}{}",
                    names.join(", "),
                    if tests.len() > 5 { ", …" } else { "" }
                ),
            );
        }
    }
    let mut files: Vec<&str> = calling.callers.iter().map(|caller| caller.entity.file.as_str()).collect();
    files.stable_sort();
    files.dedup();
    if !files.is_empty() {
        add("must", format!("update the callers in {}", files.join(", ")));
    }
    for through in &calling.through {
        add("must", format!("keep it in step with `{}` ({})", through.method.qualified_name, through.method.file));
    }
    if impact.production > calling.callers.len() {
        add(
            "should",
            format!(
                "check the {} entities that are affected indirectly",
                impact.production.saturating_sub(calling.callers.len())
            ),
        );
    }
    steps
}

fn reviewer(impact: &BlastRadius, calling: &Callers, tests: &[TestReaching]) -> Reviewer {
    let mut focus: Vec<String> = calling
        .callers
        .iter()
        .filter(|caller| !caller.entity.test)
        .take(5)
        .map(|caller| format!("`{}` ({}:{})", caller.entity.qualified_name, caller.entity.file, caller.sites[0].line))
        .collect();
    if focus.is_empty() {
        focus.push(format!("the definition itself ({}:{})", impact.entity.file, impact.entity.line));
    }
    let mut likely_issues = Vec::new();
    let callable = impact.entity.kind.is_callable();
    if callable && calling.callers.iter().any(|caller| caller.relation == Relation::Reference) {
        likely_issues.push("places that pass it as a value and rely on its parameters".to_owned());
    }
    if !calling.through.is_empty() {
        likely_issues.push("callers that reach it through a base method".to_owned());
    }
    likely_issues.extend(impact.completeness.open());
    likely_issues.extend(impact.unnamed_callers());
    let tests: Vec<String> =
        tests.iter().take(5).map(|test| format!("`{}` ({})", test.entity.qualified_name, test.entity.file)).collect();
    let mut approve_when = vec!["every caller listed is changed or shown not to need it".to_owned()];
    approve_when.push(if tests.is_empty() {
        "a test of the behaviour was added".to_owned()
    } else {
        "the tests that reach it pass unchanged, or the change in them is explained".to_owned()
    });
    Reviewer { focus, likely_issues, tests, approve_when }
}

impl Answer for RefactorCheck {
    fn document(&self) -> Document {
        let mut document = Document::default();
        document.heading(1, vec![plain("Refactor check of "), name(&*self.entity.qualified_name)]);
        document.paragraph(self.entity.text());
        let at_least = self.risk.least(self.impact.at_least);
        document.paragraph(vec![
            plain(format!("risk {at_least}")),
            strong(self.risk.label()),
            plain(format!(
                ": {} and {} in {} can be affected{}; confidence ",
                count(self.impact.production, "production entity", "production entities"),
                count(self.impact.tests, "test", "tests"),
                count(self.impact.files, "file", "files"),
                self.impact.within(),
            )),
            strong(self.confidence.level),
            faint(format!(" ({})", self.confidence.reason.replace('`', ""))),
        ]);
        document.heading(2, vec![plain("Risk factors")]);
        if self.factors.is_empty() {
            document.paragraph(vec![plain("none found beyond the number of affected entities")]);
        }
        let mut items = Vec::new();
        for factor in &self.factors {
            items.push((0, marked(&factor.factor)));
            items.push((1, vec![faint(format!("mitigation: {}", factor.mitigation))]));
        }
        document.list(items);
        document.heading(2, vec![plain("Check list")]);
        document.list(
            self.checklist
                .iter()
                .map(|step| (0, [vec![strong(step.priority), plain(" ")], marked(&step.what)].concat()))
                .collect(),
        );
        document.heading(2, vec![plain("For the reviewer")]);
        let mut items = Vec::new();
        for (title, entries) in [
            ("focus on", &self.reviewer.focus),
            ("likely issues", &self.reviewer.likely_issues),
            ("tests to look at", &self.reviewer.tests),
            ("approve when", &self.reviewer.approve_when),
        ] {
            if entries.is_empty() {
                continue;
            }
            items.push((0, vec![plain(title)]));
            items.extend(entries.iter().map(|entry| (1, marked(entry))));
        }
        document.list(items);
        document.heading(2, vec![plain("Callers")]);
        document.append(self.callers.body());
        self.completeness.add_shortly_to(&mut document);
        document
    }

    fn risk(&self) -> Option<Risk> {
        Some(self.risk)
    }

    fn annotations(&self) -> Vec<Annotation> {
        let factors: Vec<&str> = self.factors.iter().map(|factor| factor.factor.as_str()).collect();
        let impact = self.impact.annotations().into_iter();
        impact
            .map(|annotation| Annotation {
                title: format!("{} risk: {}", self.risk.label(), self.entity.qualified_name),
                message: format!("{}; {}", annotation.message, factors.join("; ")).trim_end_matches("; ").to_owned(),
                risk: self.risk,
                ..annotation
            })
            .collect()
    }
}
