#!/bin/sh
# mutants.sh BUILD - makes one deliberate mistake after another in a copy of the
# enrichment stage, and expects the tests against the broker to catch each. A
# mistake is a line FILE@SED@TEST@WHAT; one whose SED changes nothing, or that
# its TEST does not catch, is an error.
set -u
build=$1
dir=$build/kafka-mutants
mkdir -p "$dir/bin"
ln -sfn "$(realpath "$build/lib")" "$dir/lib"
libraries=$(make -s --no-print-directory B="$build" print-cli-libraries)
n=0
missed=0

fail() {
    echo "$1"
    missed=$((missed + 1))
}

try() {
    sed "$2" "cli/$1" >"$dir/$1"
    if cmp -s "cli/$1" "$dir/$1"; then
        fail "$4: $2 changes nothing in $1"
        return
    fi
    others=$(ls cli/*.c | grep -v "^cli/$1$" | sed "s@.*@$build/obj/&.o@")
    ${CC:-cc} -std=c11 -D_GNU_SOURCE -O1 -w -Iinclude -Ilib/base -Icli -c "$dir/$1" -o "$dir/mutant.o" &&
        ${CC:-cc} -pthread -Wl,-rpath,"$(realpath "$build/lib")" "$dir/mutant.o" $others \
            -o "$dir/bin/sentiment-cli" -L"$build/lib" $libraries || {
        fail "$4: does not build"
        return
    }
    n=$((n + 1))
    if sh tests/kafka/run.sh "$dir" $3 >"$dir/log" 2>&1; then
        fail "MISSED: $4 ($3)"
    else
        echo "caught: $4: $(sed -n 's/^[A-Z]*: \(test_[a-z_0-9]*\).*/\1/p' "$dir/log" | sort -u | tr '\n' ' ')"
    fi
}

while IFS='@' read -r file edit test what; do
    [ -n "$file" ] && try "$file" "$edit" "$test" "$what"
done <<'MUTANTS'
enrich_txn.c@s/error = rd_kafka_send_offsets_to_transaction(/error = NULL; rd_kafka_commit(e->consumer, list, 0); if (0) rd_kafka_send_offsets_to_transaction(/@test_crash_points.CrashPoints.test_lose_and_double_nothing_exactly_once@offsets outside the transaction
enrich_recover.c@s/rewind_partitions(e);$/;/@test_lost_reply.ALostReply.test_loses_no_result@no rewind after an abort
enrich_recover.c@s/^    snt_sink_close(e);/    rd_kafka_error_destroy(rd_kafka_abort_transaction(e->producer, 30000)); e->in_transaction = false; return;/@test_lost_reply.ALostReply.test_loses_no_result@the producer aborts and goes on
enrich_commit.c@s/int64_t due = snt_track_due(part);/int64_t due = part->tail ? part->tail->offset + 1 : snt_track_due(part);/@test_crash_points.CrashPoints.test_lose_nothing_at_least_once@offsets are committed before the reports
broker.c@s/"murmur2_random"/"consistent_random"/@test_records.ResultsOfRecords.test_go_where_the_java_client_would_put_their_keys@another partitioner
enrich_source.c@s/^        step_over(e, part, m);/        ;/@test_dead_letters.DeadLetters.test_stand_for_a_batch_in_a_codec_that_nobody_knows@a batch that cannot be read is not passed
enrich_group.c@s/"read_committed"/"read_uncommitted"/@test_records.ResultsOfRecords.test_come_from_what_was_committed_upstream@aborted records are read
enrich_metrics.c@s/worst = (snt_standstill){part->moved_ms, part->partition};/;/@test_metrics.Metrics.test_health_tells_a_standstill_and_its_end@a standstill is not told
krecord.c@s/^        rd_kafka_header_remove(rec.headers, ours\[i\]);/        ;/@test_dlq.Replay.test_makes_the_records_that_they_were@what is sent again is a dead letter still
MUTANTS
echo "kafka: $n mistakes, $missed missed"
[ "$missed" = 0 ]
