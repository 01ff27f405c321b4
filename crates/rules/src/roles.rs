//! Roles and what each may do (laws S1 and P7).

use serde::{Deserialize, Serialize};

/// Role of a member of the staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers people; never sees money or donors (P7).
    Agent,
    /// Keeps donors, gifts, imports, receipts and exports.
    Treasurer,
    /// Sets the association up; may do everything.
    Admin,
    /// Reads everything, writes nothing.
    Auditor,
}

/// One thing a page or a verb asks the right to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See the queue and tickets.
    ReadTickets,
    /// Reply, take, close, waive, merge.
    AnswerTickets,
    /// See donor records.
    ReadDonors,
    /// Change donor records.
    WriteDonors,
    /// See gifts, imports, deposits and the treasury.
    ReadMoney,
    /// Record, import, reverse and reconcile gifts.
    WriteMoney,
    /// See the register of receipts.
    ReadReceipts,
    /// Issue, cancel and replace receipts.
    IssueReceipts,
    /// Take files out: CSV, FEC, letters.
    Export,
    /// Association, members, mail accounts, rules.
    Configure,
    /// See the settings without changing them.
    ReadSettings,
    /// Read the audit trail.
    ReadAudit,
}

impl Role {
    /// Every role, for tables and menus.
    pub const ALL: [Role; 4] = [Role::Agent, Role::Treasurer, Role::Admin, Role::Auditor];

    /// Text kept in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Role::Agent => "agent",
            Role::Treasurer => "treasurer",
            Role::Admin => "admin",
            Role::Auditor => "auditor",
        }
    }

    /// Reads the text kept in the database.
    pub fn parse(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    /// French name, inclusive.
    pub const fn label_fr(self) -> &'static str {
        match self {
            Role::Agent => "Support",
            Role::Treasurer => "Trésorerie",
            Role::Admin => "Administration",
            Role::Auditor => "Contrôle (lecture seule)",
        }
    }

    /// English name.
    pub const fn label_en(self) -> &'static str {
        match self {
            Role::Agent => "Support",
            Role::Treasurer => "Treasury",
            Role::Admin => "Administration",
            Role::Auditor => "Audit (read only)",
        }
    }
}

impl Permission {
    /// Every permission.
    pub const ALL: [Permission; 12] = [
        Permission::ReadTickets,
        Permission::AnswerTickets,
        Permission::ReadDonors,
        Permission::WriteDonors,
        Permission::ReadMoney,
        Permission::WriteMoney,
        Permission::ReadReceipts,
        Permission::IssueReceipts,
        Permission::Export,
        Permission::Configure,
        Permission::ReadSettings,
        Permission::ReadAudit,
    ];

    /// Whether using it changes something.
    pub const fn writes(self) -> bool {
        matches!(
            self,
            Permission::AnswerTickets
                | Permission::WriteDonors
                | Permission::WriteMoney
                | Permission::IssueReceipts
                | Permission::Configure
        )
    }
}

/// Whether a member with this role may do this.
pub const fn may(role: Role, permission: Permission) -> bool {
    match role {
        Role::Admin => true,
        Role::Auditor => !permission.writes(),
        Role::Agent => matches!(permission, Permission::ReadTickets | Permission::AnswerTickets),
        Role::Treasurer => {
            !matches!(permission, Permission::Configure | Permission::ReadAudit | Permission::ReadSettings)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_do_exactly_what_the_table_says() {
        // agent, treasurer, admin, auditor
        let table = [
            (Permission::ReadTickets, [true, true, true, true]),
            (Permission::AnswerTickets, [true, true, true, false]),
            (Permission::ReadDonors, [false, true, true, true]),
            (Permission::WriteDonors, [false, true, true, false]),
            (Permission::ReadMoney, [false, true, true, true]),
            (Permission::WriteMoney, [false, true, true, false]),
            (Permission::ReadReceipts, [false, true, true, true]),
            (Permission::IssueReceipts, [false, true, true, false]),
            (Permission::Export, [false, true, true, true]),
            (Permission::Configure, [false, false, true, false]),
            (Permission::ReadSettings, [false, false, true, true]),
            (Permission::ReadAudit, [false, false, true, true]),
        ];
        assert_eq!(table.map(|(p, _)| p), Permission::ALL);
        for (permission, row) in table {
            assert_eq!(Role::ALL.map(|role| may(role, permission)), row, "{permission:?}");
        }
    }

    #[test]
    fn a_role_reads_back_from_its_code() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.code()), Some(role));
        }
        assert_eq!(Role::parse("Admin"), None);
    }
}
