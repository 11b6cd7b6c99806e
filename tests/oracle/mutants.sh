#!/bin/sh
# mutants.sh BUILD - makes one deliberate mistake after another in a copy of the
# tokenizer, and expects the committed vectors to catch each. A mistake is a line
# FILE@SED@WHAT; one whose SED changes nothing is an error of this script.
set -u
build=$1
dir=$build/mutants
objects=$(ls "$build"/obj/tests/*.c.o "$build"/obj/shim/layout.c.o "$build"/obj/cli/*.c.o | grep -v -e fake_engine -e cli/main.c.o)
# What the command links is for its objects, which the test program holds too.
libraries=$(make -s --no-print-directory B="$build" print-cli-libraries | sed 's/.*-lsentiment//')
mkdir -p "$dir"
n=0
missed=0

try() {
    file=lib/tokenizer/$1
    name=$dir/${1%.c}_mutant
    sed "$2" "$file" >"$name.c"
    if cmp -s "$file" "$name.c"; then
        echo "$3: $2 changes nothing in $file"
        missed=$((missed + 1))
        return
    fi
    ${CC:-cc} -std=c11 -D_GNU_SOURCE -O1 -w -Iinclude -I. -Ilib -Ilib/base -Ilib/tokenizer -c "$name.c" -o "$name.o" &&
        ${CC:-cc} -pthread "$name.o" $objects "$build/lib/libsentiment.a" -o "$dir/check" \
            $(pkg-config --libs check) $libraries -ldl || {
        echo "$3: does not build"
        missed=$((missed + 1))
        return
    }
    n=$((n + 1))
    # A mistake that never ends, or crashes, is caught too.
    if CK_RUN_CASE=vectors "$dir/check" tokenizer >"$dir/log" 2>&1 &&
        CK_RUN_CASE='every character' "$dir/check" tokenizer >"$dir/log" 2>&1; then
        echo "MISSED: $3"
        missed=$((missed + 1))
    else
        echo "caught: $3 ($(grep -c ':[FE]:' "$dir/log") of $(sed -n 's/.*Checks: \([0-9]*\).*/\1/p' "$dir/log"))"
    fi
}

while IFS='@' read -r file edit what; do
    [ -n "$file" ] && try "$file" "$edit" "$what"
done <<'MUTANTS'
pretokenize.c@s/a == 'm' .. a == 'd'/a == 'm'/@'d is no contraction
pretokenize.c@s/return i == len .. last == from ? i : last/return i/@a run of spaces keeps its last one before a word
pretokenize.c@s/if (text\[from\] == ' ' && from/if (0 \&\& from/@the slow path joins no space to what follows
pretokenize.c@s/~(space << 1)/~UINT64_C(0)/@a space is a word before another
pretokenize.c@s/ | (blank & (known & ~blank) >> 1)/ | 0/@a run of spaces keeps its last one, in a block
pretokenize.c@s/starts &= ~(UINT64_C(2) << i)/starts \&= ~UINT64_C(0)/@a contraction is cut behind its apostrophe
merges.c@s/if (ranks\[i\] < ranks\[best\])/if (ranks[i] <= ranks[best])/@the rightmost of equal pairs merges first
merges.c@s/a.rank == b.rank && a.at < b.at/a.rank == b.rank \&\& a.at > b.at/@the same in long words
merges.c@s/products\[rank\] != products\[c.rank\]/0/@a stale pair of a long word merges all the same
bpe.c@s/word->ids\[i\] = s\[i\].id/word->ids[i] = s[0].id/@a word is remembered wrongly
bpe.c@s/n <= SNT_MEMO_TOKENS; i++/i < SNT_MEMO_TOKENS; i++/@of a word of many tokens the first are remembered
bpe.c@s/from = end;/from = start;/@the tokens of a word that is remembered begin with it
bpe.c@s/bpe->trim_prefix_space &&/0 \&\&/@a prefixed space is trimmed from offsets
bpe.c@s/leading < len && word\[leading\] == ' '/0/@no leading space is trimmed from offsets
bpe.c@s/while (is_inside(text, span.end))/while (0)/@offsets end inside a character
load_bpe.c@s/uint32_t)rank, both/uint32_t)-1 \& 0x1fffff, both/@all merges have one rank
load_bpe.c@s/(len < 8 .. memcmp(line, "#version", 8))/(*line != '#')/@every # in merges.txt begins a comment
added.c@s/token->lstrip ? spaces_before/0 ? spaces_before/@<mask> leaves the space before it
added.c@s/x->len > y->len ? -1 : x->len < y->len/x->len < y->len ? -1 : x->len > y->len/@the shortest special token wins
added.c@s/if (skip_special && token->special)/if (0)/@special tokens are never text
tokenizer.c@s/sink->skip = n > sink->cap ? n - sink->cap : 0/sink->skip = 0/@the tail is the head
tokenizer.c@s/\.cap = out->cap - special/.cap = out->cap/@special tokens do not count when a text is cut
wordpiece.c@s/len > wp->max_characters)/len >= wp->max_characters)/@a word of a hundred characters is unknown
letters.c@s/g->n > wp->max_characters)/g->n >= wp->max_characters)/@the same, of letters that are not ASCII
pieces.c@s/unsigned kind = start ? SNT_CONTINUES : SNT_BEGINS/unsigned kind = SNT_BEGINS/@pieces do not continue
wordpiece.c@s/ends &= known/ends \&= ~UINT64_C(0)/@a mark after ASCII begins a word
wordpiece.c@s/!is_plain(bytes\[\*end\])/0/@the same after a long word
wordpiece.c@s/c <= 'Z'/c < 'Z'/@Z has no small letter
wordpiece.c@s/word.ids\[i\] = pieces.ids\[i\]/word.ids[i] = pieces.ids[0]/@a word's pieces are remembered wrongly
normalize.c@s/SNT_REMOVED))/0))/@controls are kept
normalize.c@s/wp->chinese && (bits/0 \&\& (bits/@Chinese characters do not stand alone
normalize.c@s/SNT_MARK))/0))/@accents are kept
normalize.c@s/inserted, span};/0, span};/@a decomposed character takes two places
unicode.c@s/s % N_TRAILING ? 3 : 2/3/@Hangul without a final consonant has three letters
unicode_tables.c@s/{304, 80, 2}/{304, 80, 1}/@I with a dot lowers to one character
MUTANTS
echo "$n mistakes, $missed missed"
[ "$missed" = 0 ]
