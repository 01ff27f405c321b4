//! Mails of other projects, when they lie beside the project.
