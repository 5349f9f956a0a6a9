//! Roles, each of which includes the one before, and the permissions that they have.
//!
//! A permission is also a scope of an API token, by the same word: a token may do at most what its
//! owner may do at that moment.

use crate::text::string_enum;

string_enum! {
    /// What a user is allowed to do, as one word; each role includes the one before.
    "role" Role {
        /// Watches: sees every campaign, call and number, and changes nothing.
        Viewer = "viewer",
        /// Takes part: blocks numbers, and stops everything in an emergency.
        Agent = "agent",
        /// Runs their own campaigns and those shared with them.
        Operator = "operator",
        /// Runs all campaigns, reads the audit trail, and lets calls go on after an emergency stop.
        Supervisor = "supervisor",
        /// Manages users, settings and the tokens of all users.
        Admin = "admin",
    }
}

string_enum! {
    /// One thing that a user may be allowed to do; also a scope of an API token.
    "permission" Permission {
        /// See campaigns and their contacts.
        CampaignsRead = "campaigns:read",
        /// See calls.
        CallsRead = "calls:read",
        /// Look numbers up.
        NumbersRead = "numbers:read",
        /// Block numbers for good.
        NumbersBlock = "numbers:block",
        /// Stop all calls in an emergency.
        SafetyStop = "safety:stop",
        /// Create campaigns, edit drafts, share and delete campaigns.
        CampaignsWrite = "campaigns:write",
        /// Start, pause and resume campaigns.
        CampaignsRun = "campaigns:run",
        /// Download contacts and calls.
        Export = "export",
        /// Create and edit agents.
        AgentsWrite = "agents:write",
        /// Let calls go on after an emergency stop.
        SafetyResume = "safety:resume",
        /// Read the audit trail.
        AuditRead = "audit:read",
        /// See and run all campaigns.
        CampaignsAll = "campaigns:all",
        /// Add, change and disable users.
        UsersManage = "users:manage",
        /// Change the settings of the installation.
        SettingsManage = "settings:manage",
        /// See and revoke the API tokens of all users.
        TokensAll = "tokens:all",
    }
}

string_enum! {
    /// A language that the pages speak.
    "language" Language {
        /// English.
        English = "en",
        /// Spanish.
        Spanish = "es",
    }
}

impl Permission {
    /// The lowest role that has the permission.
    pub const fn least_role(self) -> Role {
        match self {
            Self::CampaignsRead | Self::CallsRead | Self::NumbersRead => Role::Viewer,
            Self::NumbersBlock | Self::SafetyStop => Role::Agent,
            Self::CampaignsWrite | Self::CampaignsRun | Self::Export | Self::AgentsWrite => {
                Role::Operator
            }
            Self::SafetyResume | Self::AuditRead | Self::CampaignsAll => Role::Supervisor,
            Self::UsersManage | Self::SettingsManage | Self::TokensAll => Role::Admin,
        }
    }
}

impl Role {
    /// Whether the role brings a permission.
    pub fn may(self, permission: Permission) -> bool {
        self >= permission.least_role()
    }

    /// Every permission that the role brings, in the order of the vocabulary.
    pub fn permissions(self) -> impl Iterator<Item = Permission> {
        let all = Permission::ALL.iter().copied();
        all.filter(move |permission| self.may(*permission))
    }

    /// Whether a user of this role may give another user the role `other`: it needs `users:manage`,
    /// and no role above one's own can be given.
    pub fn may_grant(self, other: Self) -> bool {
        self.may(Permission::UsersManage) && other <= self
    }

    /// Whether this role sees campaigns of others that are not shared with it: viewers and
    /// supervisors do. Agents and operators see their own, the shared and the ownerless.
    pub fn sees_every_campaign(self) -> bool {
        self == Self::Viewer || self.may(Permission::CampaignsAll)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every role with the permissions that it adds to the role before.
    const ADDS: [(Role, &[&str]); 5] = [
        (
            Role::Viewer,
            &["campaigns:read", "calls:read", "numbers:read"],
        ),
        (Role::Agent, &["numbers:block", "safety:stop"]),
        (
            Role::Operator,
            &["campaigns:write", "campaigns:run", "export", "agents:write"],
        ),
        (
            Role::Supervisor,
            &["safety:resume", "audit:read", "campaigns:all"],
        ),
        (
            Role::Admin,
            &["users:manage", "settings:manage", "tokens:all"],
        ),
    ];

    #[test]
    fn each_role_brings_its_words_and_those_of_the_roles_before() {
        let mut so_far = Vec::new();
        for (role, adds) in ADDS {
            so_far.extend_from_slice(adds);
            let brings: Vec<_> = role.permissions().map(Permission::as_str).collect();
            assert_eq!(brings, so_far, "{role}");
            for permission in Permission::ALL {
                let expected = so_far.contains(&permission.as_str());
                assert_eq!(role.may(*permission), expected, "{role}: {permission}");
            }
        }
        assert_eq!(so_far.len(), Permission::ALL.len());
    }

    #[test]
    fn only_an_admin_hands_out_roles() {
        for giver in Role::ALL {
            for role in Role::ALL {
                assert_eq!(giver.may_grant(*role), *giver == Role::Admin);
            }
        }
    }

    #[test]
    fn those_who_watch_and_those_who_answer_for_all_see_every_campaign() {
        let sees = Role::ALL.iter().filter(|role| role.sees_every_campaign());
        let expected = [Role::Viewer, Role::Supervisor, Role::Admin];
        assert!(sees.eq(&expected));
    }
}
