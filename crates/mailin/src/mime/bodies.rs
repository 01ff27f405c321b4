//! Which parts are the text of the mail, which its HTML, and which are files (RFC 8621 4.1.4).

use super::tree::Entity;

/// The part a leaf plays. Files and multiparts play none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Role {
    /// To be read as the mail's text.
    pub text: bool,
    /// To be shown as the mail's HTML.
    pub html: bool,
}

/// The role of each entity, in their order.
pub fn roles(entities: &[Entity]) -> Vec<Role> {
    let mut children = vec![Vec::new(); entities.len()];
    for (at, entity) in entities.iter().enumerate() {
        if let Some(list) = entity.parent.and_then(|p| children.get_mut(p)) {
            list.push(at);
        }
    }
    let mut choice = Choice { entities, children, texts: Vec::new(), pages: Vec::new() };
    choice.walk(&[0], Place { multipart: "mixed", in_alternative: false, texts: true, pages: true });
    let mut roles = vec![Role::default(); entities.len()];
    for at in choice.texts {
        roles.get_mut(at).into_iter().for_each(|role| role.text = true);
    }
    for at in choice.pages {
        roles.get_mut(at).into_iter().for_each(|role| role.html = true);
    }
    roles
}

struct Choice<'a> {
    entities: &'a [Entity],
    children: Vec<Vec<usize>>,
    texts: Vec<usize>,
    pages: Vec<usize>,
}

/// Where parts stand, and whether they may still add to the text and to the HTML.
#[derive(Clone, Copy)]
struct Place<'a> {
    multipart: &'a str,
    in_alternative: bool,
    texts: bool,
    pages: bool,
}

impl Choice<'_> {
    /// Goes as deep as multiparts nest, which the tree bounds.
    fn walk(&mut self, parts: &[usize], mut place: Place<'_>) {
        let had = (self.texts.len(), self.pages.len());
        for (number, at) in parts.iter().enumerate() {
            let Some(entity) = self.entities.get(*at) else { continue };
            let mime = entity.mime(self.entities);
            if entity.has_parts {
                let multipart = mime.strip_prefix("multipart/").unwrap_or_default();
                let in_alternative = place.in_alternative || multipart == "alternative";
                let inside = self.children.get_mut(*at).map(std::mem::take).unwrap_or_default();
                self.walk(&inside, Place { multipart, in_alternative, ..place });
                continue;
            }
            let is_page = mime == "text/html";
            // A multipart without parts is what it holds: text.
            let is_text = mime == "text/plain" || mime.starts_with("multipart/");
            let disposed = entity.head.disposition().is_some_and(|d| d == "attachment");
            let is_body = number == 0 || (place.multipart != "related" && entity.head.file_name().is_none());
            if disposed || !(is_page || is_text) || !is_body {
                continue;
            }
            if place.multipart != "alternative" && place.in_alternative {
                place.pages = place.pages && is_page;
                place.texts = place.texts && is_text;
            }
            let both = place.multipart != "alternative";
            if place.texts && (both || is_text) {
                self.texts.push(*at);
            }
            if place.pages && (both || is_page) {
                self.pages.push(*at);
            }
        }
        if place.multipart == "alternative" && place.texts && place.pages {
            self.level(had);
        }
    }

    /// An alternative that offers only text, or only HTML, offers it to both.
    fn level(&mut self, had: (usize, usize)) {
        if self.texts.len() == had.0 && self.pages.len() > had.1 {
            self.texts.extend_from_slice(self.pages.get(had.1..).unwrap_or_default());
        } else if self.pages.len() == had.1 && self.texts.len() > had.0 {
            self.pages.extend_from_slice(self.texts.get(had.0..).unwrap_or_default());
        }
    }
}
