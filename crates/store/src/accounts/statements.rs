//! The statements about accounts, the same names and columns in both databases.

use crate::statement::statement;

/// A statement in the words of both databases.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

macro_rules! asked {
    ($($name:ident = $file:literal),+ $(,)?) => {
        $(pub(super) const $name: Asked = Asked {
            sqlite: statement(include_str!(concat!("../../sql/sqlite/", $file, ".sql"))),
            postgres: statement(include_str!(concat!("../../sql/postgres/", $file, ".sql"))),
        };)+

        /// Every statement with the name of its file.
        #[cfg(test)]
        pub(crate) const ALL: &[(&str, Asked)] = &[$(($file, $name)),+];
    };
}

asked! {
    ADMINS_BESIDES = "admins_besides",
    CAMPAIGN_SEEN = "campaign_seen",
    CAMPAIGN_TO_SHARE = "campaign_to_share",
    LINK = "link",
    LINK_ADD = "link_add",
    LINK_USE = "link_use",
    LINKS_CROP_FIRST = "links_crop_first",
    LINKS_END = "links_end",
    LINKS_END_FIRST = "links_end_first",
    LINKS_SWEEP = "links_sweep",
    RECOVERY_ADD = "recovery_add",
    RECOVERY_CLEAR = "recovery_clear",
    RECOVERY_USE = "recovery_use",
    SESSION = "session",
    SESSION_ADD = "session_add",
    SESSION_END = "session_end",
    SESSION_HALF = "session_half",
    SESSION_SEEN = "session_seen",
    SESSIONS = "sessions",
    SESSIONS_CROP = "sessions_crop",
    SESSIONS_END = "sessions_end",
    SESSIONS_SWEEP = "sessions_sweep",
    SHARES = "shares",
    TOKEN = "token",
    TOKEN_ADD = "token_add",
    TOKEN_OF_ID = "token_of_id",
    TOKEN_REVOKE = "token_revoke",
    TOKEN_TO_CHANGE = "token_to_change",
    TOKEN_USED = "token_used",
    TOKENS = "tokens",
    TOKENS_EXPIRED = "tokens_expired",
    TOKENS_OF = "tokens_of",
    TOKENS_WORKING = "tokens_working",
    USER = "user",
    USER_ADD = "user_add",
    USER_DISABLE = "user_disable",
    USER_EMAIL = "user_email",
    USER_OF_EMAIL = "user_of_email",
    USER_PASSWORD = "user_password",
    USER_PREFERENCES = "user_preferences",
    USER_RENAME = "user_rename",
    USER_ROLE = "user_role",
    USER_SIGNED_IN = "user_signed_in",
    USER_STEP = "user_step",
    USER_TO_CHANGE = "user_to_change",
    USER_TWO_FACTOR = "user_two_factor",
    USERS = "users",
    USERS_THERE = "users_there",
    VIEWER_ADD = "viewer_add",
    VIEWER_REMOVE = "viewer_remove",
}
