//! The structure of the document for screen readers: title, headings, paragraphs, the table of
//! payments with its rows and cells, the signature with a description.

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::block::Role;
use super::paper::tag;

/// Writes the structure tree and ties the pages to it; gives the root of the tree.
pub(crate) fn write(
    document: &mut Document,
    pages: &[ObjectId],
    roles: &[Vec<Role>],
    signed_by: &str,
) -> ObjectId {
    let root = document.new_object_id();
    let top = document.new_object_id();
    let mut writer = Writer { document, top, signed_by, table: None, kids: Vec::new() };
    let mut parents = Vec::new();
    for ((page, roles), index) in pages.iter().zip(roles).zip(0_i64..) {
        let elements: Vec<Object> =
            roles.iter().zip(0_i64..).map(|(role, id)| writer.element(*role, id, *page).into()).collect();
        writer.end_table();
        parents.extend([Object::Integer(index), Object::Array(elements)]);
        if let Ok(page) = writer.document.get_dictionary_mut(*page) {
            page.set("StructParents", index);
            page.set("Tabs", Object::Name(b"S".to_vec()));
        }
    }
    let kids = std::mem::take(&mut writer.kids);
    let count = i64::try_from(pages.len()).unwrap_or(i64::MAX);
    let top_element = entries("Document", root, vec![("K", Object::Array(kids))]);
    document.objects.insert(top, top_element.into());
    let numbers = document.add_object(Dictionary::from_iter([("Nums", Object::Array(parents))]));
    let tree = Dictionary::from_iter([
        ("Type", Object::Name(b"StructTreeRoot".to_vec())),
        ("K", Object::Reference(top)),
        ("ParentTree", Object::Reference(numbers)),
        ("ParentTreeNextKey", Object::Integer(count)),
    ]);
    document.objects.insert(root, tree.into());
    root
}

struct Table {
    id: ObjectId,
    rows: Vec<Row>,
}

struct Row {
    number: usize,
    id: ObjectId,
    cells: Vec<Object>,
}

struct Writer<'a> {
    document: &'a mut Document,
    top: ObjectId,
    signed_by: &'a str,
    table: Option<Table>,
    kids: Vec<Object>,
}

impl Writer<'_> {
    fn element(&mut self, role: Role, content: i64, page: ObjectId) -> ObjectId {
        let mut own = vec![("Pg", Object::Reference(page)), ("K", Object::Integer(content))];
        let parent = match role {
            Role::Cell { row, header } => {
                if header {
                    let scope =
                        [("O", "Table"), ("Scope", "Column")].map(|(k, v)| (k, Object::Name(v.into())));
                    own.push(("A", Dictionary::from_iter(scope).into()));
                }
                self.row(row)
            }
            Role::Figure => {
                own.push(("Alt", super::archive::utf16(&format!("Signature de {}", self.signed_by))));
                self.end_table();
                self.top
            }
            _ => {
                self.end_table();
                self.top
            }
        };
        let element = self.document.add_object(entries(tag(role), parent, own));
        match self.table.as_mut().and_then(|table| table.rows.last_mut()) {
            Some(row) => row.cells.push(element.into()),
            None => self.kids.push(element.into()),
        }
        element
    }

    /// The row with this number, begun if it is not the last one.
    fn row(&mut self, number: usize) -> ObjectId {
        let document = &mut *self.document;
        let table =
            self.table.get_or_insert_with(|| Table { id: document.new_object_id(), rows: Vec::new() });
        if let Some(row) = table.rows.last().filter(|row| row.number == number) {
            return row.id;
        }
        let id = self.document.new_object_id();
        table.rows.push(Row { number, id, cells: Vec::new() });
        id
    }

    fn end_table(&mut self) {
        let Some(table) = self.table.take() else { return };
        let mut rows = Vec::with_capacity(table.rows.len());
        for row in table.rows {
            let element = entries("TR", table.id, vec![("K", Object::Array(row.cells))]);
            self.document.objects.insert(row.id, element.into());
            rows.push(row.id.into());
        }
        let element = entries("Table", self.top, vec![("K", Object::Array(rows))]);
        self.document.objects.insert(table.id, element.into());
        self.kids.push(table.id.into());
    }
}

fn entries(kind: &str, parent: ObjectId, own: Vec<(&'static str, Object)>) -> Dictionary {
    let common = [
        ("Type", Object::Name(b"StructElem".to_vec())),
        ("S", Object::Name(kind.into())),
        ("P", Object::Reference(parent)),
    ];
    Dictionary::from_iter(common.into_iter().chain(own))
}
