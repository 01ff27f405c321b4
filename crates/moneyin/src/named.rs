//! Cells by what their columns are called, for files whose names never change but whose columns are chosen.

use std::collections::BTreeMap;

use crate::table::folded;

/// Where each column is, by its folded name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    names: Vec<String>,
    folded: Vec<String>,
}

impl Columns {
    /// Of these names.
    pub fn new(names: &[String]) -> Self {
        Self { names: names.to_vec(), folded: names.iter().map(|name| folded(name)).collect() }
    }

    /// Whether one of these columns is there.
    pub fn has(&self, any: &[&str]) -> bool {
        self.place(any).is_some()
    }

    fn place(&self, any: &[&str]) -> Option<usize> {
        any.iter().find_map(|name| self.folded.iter().position(|folded| folded == name))
    }

    /// How many of these columns are there.
    pub fn known(&self, all: &[&[&str]]) -> usize {
        all.iter().filter(|any| self.has(any)).count()
    }

    /// What the first of these columns is called in the file.
    pub fn shown(&self, any: &[&str]) -> String {
        match self.place(any).and_then(|at| self.names.get(at)) {
            Some(name) => name.clone(),
            None => any.first().map(|name| (*name).to_owned()).unwrap_or_default(),
        }
    }

    /// The cell of the first of these columns that is there, trimmed; empty when there is none.
    pub fn cell<'c>(&self, cells: &'c [String], any: &[&str]) -> &'c str {
        self.place(any).and_then(|at| cells.get(at)).map_or("", |cell| cell.trim())
    }

    /// The first of these cells that is not empty.
    pub fn filled<'c>(&self, cells: &'c [String], any: &[&str]) -> &'c str {
        any.iter().map(|name| self.cell(cells, &[name])).find(|cell| !cell.is_empty()).unwrap_or("")
    }

    /// Columns whose folded name is in none of these lists, by their name in the file.
    pub fn others(&self, known: &[&[&str]]) -> Vec<String> {
        let all = self.names.iter().zip(&self.folded).filter(|(name, _)| !name.is_empty());
        all.filter(|(_, folded)| !known.iter().any(|any| any.contains(&folded.as_str())))
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// What those columns say of a line.
    pub fn extra(&self, cells: &[String], others: &[String]) -> BTreeMap<String, String> {
        let all = self
            .names
            .iter()
            .zip(cells)
            .filter(|(name, cell)| !cell.trim().is_empty() && others.contains(name));
        all.map(|(name, cell)| (name.clone(), cell.trim().to_owned())).collect()
    }
}
