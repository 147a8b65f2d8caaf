//! One resolver per language family.

mod c_family;
mod ecmascript;
mod go;
mod java;
mod python;
mod rust;

use crate::{Project, Resolver};
use parseltongue_syntax::language::Family;

pub(crate) fn resolver<'p>(family: Family, project: &'p Project<'p>) -> Box<dyn Resolver + 'p> {
    match family {
        Family::Rust => Box::new(rust::RustResolver::new(project)),
        Family::EcmaScript => Box::new(ecmascript::EcmaScriptResolver::new(project)),
        Family::Python => Box::new(python::PythonResolver::new(project)),
        Family::Go => Box::new(go::GoResolver::new(project)),
        Family::Java => Box::new(java::JavaResolver::new(project)),
        Family::CFamily => Box::new(c_family::CFamilyResolver::new(project)),
    }
}
