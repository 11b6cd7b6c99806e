# Of a checkpoint, of the cache's; and what is not there.
sentiment-cli model path ../vectors/tiny/bert
cache=$(mktemp -d)
mkdir -p "$cache/models--some--model/snapshots/0123abcd" "$cache/models--some--model/refs"
printf 0123abcd >"$cache/models--some--model/refs/main"
HF_HUB_CACHE=$cache sentiment-cli model path some/model | sed "s,$cache,CACHE,"
HF_HUB_CACHE=$cache sentiment-cli model path some/model@0123abcd | sed "s,$cache,CACHE,"
rm -r "$cache"
sentiment-cli model path a b
sentiment-cli model pth
sentiment-cli model
HF_HUB_CACHE=$cache sentiment-cli model path some/model
