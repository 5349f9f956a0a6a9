//! The conformance suite: what a store must do, as tests that every database passes unchanged.
//!
//! The traits say which questions a ledger answers; this suite says which answers are right. It
//! speaks to a store through the traits alone and brings its own time and ids, so a case means the
//! same on every database. What only one database can do wrong (its triggers, its files) is tested
//! beside that database. A case must never look behind the traits and never read a clock.
//!
//! Only tests depend on this crate. A database joins by implementing [`Factory`] and invoking
//! [`conformance_tests!`] in an integration test; every case then shows as a test of its own.
//!
//! [`conformance_tests!`]: crate::conformance_tests

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by a panic, wherever its code lives"
)]

mod accounts;
mod agents;
mod blocks;
mod campaigns;
mod caps;
mod change_notifications;
mod claims;
mod drafts;
mod evidence;
mod fencing;
mod figures;
mod hours;
mod imports;
mod inbox;
mod instances;
mod invariants;
mod keys;
mod late_truths;
mod listings;
mod material;
mod media;
mod pace;
mod people;
mod prices;
mod races;
mod random;
mod recordings;
mod repeats;
mod round_trips;
mod safety;
mod scene;
mod searches;
mod sharing;
mod signing_in;
mod staff;
mod tokens;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;

use ringonce_store::Store;

/// Makes databases for the suite.
#[async_trait]
pub trait Factory: Send + Sync {
    /// An empty database, for one case alone.
    async fn database(&self) -> Box<dyn Database>;
}

/// One database, which lasts as long as this value.
#[async_trait]
pub trait Database: Send + Sync {
    /// A store on it, opened as another process would. A database that lives inside one store returns that
    /// store again.
    async fn open(&self) -> Arc<dyn Store>;
}

type Running<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// One case of the suite.
pub struct Case {
    /// Its name: the rule that it tests, such as `repeats::starting_skips_…`.
    pub name: &'static str,
    run: fn(&dyn Factory) -> Running<'_>,
}

/// Calls a macro with the modules and names of all cases.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_conformance_case {
    ($($do:ident)::+ $(, $arg:expr)?) => {
        $($do)::+! {
            $({ $arg })?
            accounts {
                an_address_is_given_once_however_it_is_typed,
                people_are_listed_in_pages_by_id,
                what_changes_of_a_person_is_found_again_elsewhere,
                a_password_ends_other_sessions_and_every_link,
                a_role_and_a_dismissal_end_every_session,
                the_last_admin_stays_an_admin_who_may_sign_in,
                of_two_admins_who_dismiss_each_other_one_stays,
                two_factor_is_offered_confirmed_and_taken_away_in_order,
                a_code_is_accepted_once_and_none_before_it,
                a_recovery_code_is_used_by_one_of_many,
                every_change_of_a_person_is_in_the_audit_trail_without_secrets,
            }
            agents {
                an_agent_keeps_every_version_and_shows_the_latest,
                an_agent_is_renamed_archived_and_restored,
                an_agent_that_cannot_speak_is_refused,
            }
            blocks {
                a_number_blocked_by_a_person_stays_blocked_with_the_first_reason,
                a_number_that_the_carrier_calls_bad_is_blocked_everywhere,
                a_block_holds_whatever_the_repeat_rule_says,
                a_block_takes_effect_with_the_very_next_claim,
            }
            campaigns {
                every_event_that_a_state_does_not_know_is_refused_by_name,
                a_campaign_walks_from_draft_to_completed,
                a_campaign_with_a_start_time_waits_for_it,
                a_pause_holds_the_very_next_claim_and_dial,
                calls_under_way_are_settled_while_a_campaign_is_paused,
                a_campaign_that_runs_or_has_live_calls_cannot_be_deleted,
                a_deleted_campaign_leaves_its_calls_in_the_ledger,
                what_is_not_there_is_named,
                the_agenda_shows_exactly_the_pending_and_running_campaigns,
            }
            caps {
                the_default_caps_defer_the_fourth_call_of_a_day,
                an_answered_call_is_enough_for_a_day,
                strict_caps_defer_the_second_call_of_a_day,
                a_cap_counts_the_calls_of_deleted_campaigns_too,
                a_retry_waits_for_the_cap_and_keeps_its_place,
            }
            claims {
                contacts_are_claimed_in_due_order_and_then_in_file_order,
                a_claim_gives_no_more_than_was_asked_for,
                a_claim_makes_attempts_that_are_complete,
                a_claim_and_what_follows_keep_every_figure,
                a_contact_is_not_claimed_while_its_attempt_is_live,
                one_number_is_never_in_two_calls_at_once,
                a_long_row_of_forbidden_contacts_is_skipped_in_steps,
                an_empty_wish_claims_nothing,
            }
            drafts {
                a_draft_is_edited_by_fields_and_the_trail_says_what_changed,
                what_cannot_be_used_leaves_a_draft_as_it_was,
                nothing_edits_a_campaign_that_was_started,
                an_edited_draft_starts_under_its_last_settings,
                what_a_start_would_skip_is_foreseen,
            }
            late_truths {
                a_late_truth_corrects_an_end_that_was_told_wrong,
                a_better_end_replaces_a_worse_one,
                a_guess_gives_way_to_the_carriers_word,
                a_truth_that_comes_too_late_keeps_a_claim_from_being_dialled,
                a_retry_waits_as_long_as_the_true_end_of_the_call_before_says,
                no_retry_follows_when_the_true_end_of_the_call_before_allows_none,
                a_late_truth_of_an_earlier_call_revives_no_contact,
                what_an_end_is_called_later_does_not_accuse_a_call_in_between,
                a_late_ringing_is_no_call_that_goes_on,
                another_campaigns_claim_is_not_dialled_after_a_late_truth,
                a_late_truth_of_an_earlier_call_takes_no_try_from_the_next,
            }
            prices {
                prices_are_summed_in_each_currency_and_counted_once,
                only_the_price_of_the_very_call_is_taken,
                an_end_that_was_told_wrong_takes_its_price_along,
            }
            evidence {
                an_attempt_without_an_answer_freezes_its_number_for_every_campaign,
                a_late_event_heals_an_unknown_attempt,
                two_empty_looks_prove_that_a_call_never_was,
                a_call_that_the_carrier_lost_sight_of_ends_unknown_and_is_not_retried,
                a_refused_call_is_rolled_back_as_its_class_says,
                a_refusal_for_our_account_pauses_the_campaign,
                a_request_that_was_not_sent_is_no_attempt,
                evidence_finds_its_attempt_without_a_call_id,
                repeated_and_late_evidence_changes_nothing,
                every_outcome_leaves_its_contact_as_the_domain_says,
                a_call_that_was_given_up_and_exists_is_superseded,
                evidence_that_matches_no_attempt_is_kept,
                a_retry_comes_after_its_backoff_and_not_before,
            }
            fencing {
                one_instance_leads_a_campaign_until_its_lease_runs_out,
                a_lease_that_is_given_up_is_free_at_once,
                a_claim_under_a_stale_lease_is_held,
                a_claim_extends_the_lease,
                only_the_owner_of_an_attempt_may_dial_it,
                an_attempt_that_was_taken_back_is_never_dialled,
                an_attempt_is_dialled_once,
            }
            figures {
                calls_count_in_the_minute_and_the_quarter_in_which_they_ended,
                a_call_that_was_never_sent_is_no_activity,
                the_pulse_of_several_campaigns_is_told_at_once,
                the_activity_of_a_deleted_campaign_goes_with_it,
            }
            hours {
                a_campaign_claims_nothing_outside_its_business_hours,
                a_callee_is_rung_only_in_the_hours_of_their_own_zone,
                a_zone_in_the_file_goes_before_the_zones_of_the_number,
                several_zones_of_a_row_hold_at_once,
                a_row_whose_zone_is_not_clear_waits_for_every_zone_of_its_country,
                a_number_without_a_zone_is_skipped,
            }
            imports {
                duplicates_keep_the_first_row_and_name_it,
                an_import_counts_what_it_took_and_what_it_did_not,
                a_draft_is_invisible_until_its_import_is_finished,
                a_discarded_import_leaves_nothing,
                unfinished_imports_are_swept_away_and_finished_ones_stay,
                how_each_file_was_read_is_told_in_their_order,
                nothing_is_imported_into_a_campaign_that_was_started,
                a_file_is_known_again_by_its_fingerprint,
            }
            media {
                a_file_comes_back_to_the_byte_and_in_parts,
                a_file_that_an_agent_plays_is_only_archived,
                a_file_that_is_too_long_or_empty_is_refused,
            }
            inbox {
                what_a_carrier_tells_is_kept_word_for_word,
                what_a_carrier_tells_again_is_known,
                of_the_same_telling_at_once_one_is_kept,
                what_was_applied_waits_no_more,
                a_telling_that_is_too_long_is_refused,
                a_telling_with_a_name_that_is_none_is_refused,
                an_opt_out_blocks_the_number_with_the_answer,
                a_stream_is_taken_over_once,
                of_many_who_take_a_stream_over_at_once_one_has_it,
                attempts_of_a_period_are_found_by_their_ids,
                a_day_is_compared_again_in_place,
                the_differences_of_a_day_come_whole_in_pages,
                caller_ids_of_campaigns_are_known_by_their_carrier,
            }
            recordings {
                a_recording_is_wanted_once_and_by_its_name_when_it_has_one,
                what_is_due_is_told_in_order_and_again_after_a_vain_try,
                a_stored_recording_says_what_it_is_and_leaves_the_carrier,
                only_what_is_wanted_is_stored_or_given_up_and_once,
                recordings_are_removed_after_their_time,
                recordings_are_listed_by_state_to_people_who_see_their_campaign,
            }
            instances {
                an_instance_that_joined_is_shown_as_it_introduced_itself,
                an_instance_lives_as_long_as_it_is_heard_of,
                an_instance_that_is_gone_is_declared_so_once_and_loses_its_leases,
                an_instance_thought_gone_may_come_back,
                an_instance_that_leaves_gives_up_its_leases_and_is_not_called_gone,
                an_instance_that_left_or_was_forgotten_has_to_join,
                an_instance_that_is_known_to_be_gone_is_declared_so_at_once,
                a_lease_handed_over_is_that_of_one_campaign,
                who_is_long_over_is_forgotten,
                calls_under_way_settle_after_their_campaign_was_handed_over,
                many_who_find_an_instance_gone_tell_it_once,
            }
            keys {
                a_key_is_taken_once_and_says_what_came_of_it,
                a_key_that_came_to_nothing_is_free_again,
                a_key_that_is_not_held_any_longer_is_taken_over_and_one_import_is_finished,
                of_many_who_take_a_key_at_once_one_has_it,
                of_two_who_both_import_under_a_key_at_once_one_is_finished,
                a_key_is_kept_for_its_time_whatever_others_do,
                a_caller_may_have_so_many_keys,
            }
            listings {
                contacts_come_in_file_order_and_pages_miss_and_repeat_nothing,
                calls_come_latest_first_and_pages_miss_and_repeat_nothing,
                campaigns_come_latest_first_and_pages_miss_and_repeat_nothing,
                problems_come_by_line_and_pages_miss_and_repeat_nothing,
                live_attempts_come_by_number_and_pages_miss_and_repeat_nothing,
                rings_of_a_number_are_never_split_over_pages,
                a_page_that_is_asked_for_too_much_is_still_bounded,
                a_page_stays_stable_while_calls_go_on,
                a_number_shows_everything_that_is_known_of_it,
            }
            staff {
                every_state_change_is_in_the_audit_trail_with_its_actor,
                the_audit_chain_verifies_and_grows,
                facts_are_kept_and_replaced,
                the_usual_region_is_kept_and_each_change_audited,
                a_commit_wakes_those_who_wait_for_changes,
                the_latest_instant_is_the_latest_of_the_ledger,
                a_healthy_ledger_has_no_findings,
                a_closed_store_says_so,
            }
            pace {
                a_sequential_campaign_makes_one_call_and_rests,
                no_more_calls_than_lines_are_under_way,
                the_pace_survives_a_takeover,
                a_fast_pace_is_kept_in_the_ledger,
            }
            races {
                many_claimers_never_share_a_number,
                one_of_many_instances_gets_the_lease,
                the_same_evidence_at_once_counts_once,
                a_campaign_is_started_once_however_many_ask,
                a_dial_and_a_release_at_once_have_one_winner,
                a_command_that_fails_takes_no_other_with_it,
                a_fact_that_many_set_at_once_has_one_value,
                of_a_fact_that_many_change_at_once_no_change_is_lost,
                a_region_that_many_set_at_once_is_audited_step_by_step,
            }
            random {
                whatever_happens_the_ledger_adds_up,
            }
            repeats {
                starting_skips_the_numbers_that_another_campaign_called,
                an_attempt_counts_as_a_call_exactly_when_it_may_have_rung,
                a_contact_that_was_only_skipped_was_not_called,
                starting_twice_is_refused_and_changes_no_count,
                counts_survive_a_restart,
                importing_the_same_file_again_rings_no_number,
                retries_in_one_campaign_are_not_duplicates,
                a_number_called_meanwhile_is_skipped_in_the_claim,
                the_repeat_rule_says_when_earlier_calls_stop_counting,
                marking_goes_over_every_contact,
            }
            round_trips {
                settings_come_back_as_they_were,
                contacts_come_back_as_they_were,
                problems_come_back_as_they_were,
                attempts_come_back_as_they_were,
                instants_come_back_as_they_were,
                odd_texts_of_the_carrier_come_back_as_they_were,
            }
            safety {
                three_failures_in_a_row_stop_everything,
                what_is_no_failure_of_ours_breaks_the_row,
                two_duplicates_stop_everything,
                the_limits_are_the_callers,
                a_stop_holds_the_very_next_claim_and_dial,
                a_stop_still_records_evidence,
                a_person_re_arms_with_a_reason,
                a_ring_against_the_rules_is_found_once,
                what_trips_the_stop_announces_it_until_it_was_told,
                of_many_who_trip_the_stop_at_once_one_has_it_announced,
                what_many_tell_at_once_is_told_once,
            }
            sharing {
                a_campaign_is_seen_by_its_owner_and_those_with_whom_it_is_shared,
                a_campaign_without_an_owner_is_seen_by_all,
                a_deleted_campaign_is_seen_by_no_one,
                listings_show_what_a_person_sees_page_by_page,
                calls_are_those_of_the_campaigns_that_a_person_sees,
            }
            signing_in {
                the_first_user_is_entered_by_one_of_many_and_is_an_admin,
                a_link_lets_in_once_and_until_it_expires,
                another_link_takes_the_place_of_the_one_before,
                a_link_is_good_for_its_own_purpose_alone,
                a_disabled_person_has_no_links_and_no_sessions,
                a_session_begins_by_the_password_that_is_valid_at_that_moment,
                the_second_factor_makes_a_whole_session_of_a_half_one,
                a_session_ends_when_it_is_idle_and_at_its_end_whatever_happens,
                sessions_are_listed_ended_and_bounded,
            }
            change_notifications {
                pieces_that_come_together_are_steps_one_after_the_other,
                what_is_told_of_another_call_changes_nothing,
                a_guess_that_comes_when_the_attempt_is_over_changes_nothing,
                a_call_that_was_given_up_stays_reported_whatever_comes_with_it,
                evidence_of_an_unknown_attempt_is_kept_whole,
            }
            tokens {
                a_token_is_found_with_its_owner_as_they_are_at_that_moment,
                a_name_is_given_once_among_the_working_tokens_of_an_owner,
                a_token_works_until_it_expires_or_is_revoked,
                tokens_are_listed_the_latest_first,
                a_person_may_have_so_many_tokens,
            }
            searches {
                every_filter_in_every_order_finds_what_it_names_page_by_page,
                a_search_that_finds_little_ends_and_says_where_to_go_on,
                why_contacts_wait_is_counted_for_the_next_in_line,
                the_last_call_of_each_contact_is_told_at_once,
                entries_come_latest_first_by_what_they_are_about,
            }
        }
    };
}

macro_rules! list {
    ($($file:ident { $($case:ident),+ $(,)? })+) => {
        /// Every case, sorted by file.
        pub static CASES: &[Case] = &[
            $($(Case {
                name: concat!(stringify!($file), "::", stringify!($case)),
                run: |factory| Box::pin($file::$case(factory)),
            }),+),+
        ];
    };
}

for_each_conformance_case!(list);

/// Makes a test of every case: `conformance_tests!(MyFactory);`.
#[macro_export]
macro_rules! conformance_tests {
    ($factory:expr) => {
        $crate::for_each_conformance_case!($crate::conformance_test_items, $factory);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! conformance_test_items {
    ({ $factory:expr } $($file:ident { $($case:ident),+ $(,)? })+) => {
        $(mod $file {
            #[expect(unused_imports, reason = "the factory may be named by its path")]
            use super::*;
            $(#[test]
            fn $case() {
                let name = concat!(stringify!($file), "::", stringify!($case));
                $crate::run(&$factory, name);
            })+
        })+
    };
}

/// Runs one case on a runtime of its own.
///
/// # Panics
/// When the store is wrong, and when there is no case of this name.
pub fn run(factory: &dyn Factory, name: &str) {
    let case = CASES.iter().find(|case| case.name == name).unwrap();
    on_a_runtime((case.run)(factory));
}

/// Runs every case, one after the other.
pub async fn run_all(factory: &dyn Factory) {
    for case in CASES {
        (case.run)(factory).await;
    }
}

fn on_a_runtime(case: Running<'_>) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(case);
}
