dir=$(mktemp -d) && cd "$dir" || exit
ln -s "$OLDPWD/../vectors" "$dir/vectors"
FAKE=$(echo "$FAKE" | sed 's:\.\./::')
printf 'one\nbad\377\n' >a; echo two >b
echo three | sentiment-cli classify $FAKE a missing - b
code=$?
rm -r "$dir"
exit $code
