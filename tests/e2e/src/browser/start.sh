# Starts Chromium with a profile of its own, and removes that when Chromium has ended. A shell does this because
# Chromium takes its orders at file 3 and answers at file 4, where only a shell can put a pipe without unsafe code.
chromium=
for name in chromium chromium-browser google-chrome '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'; do
    if command -v "$name" >/dev/null; then
        chromium=$name
        break
    fi
done
if [ -z "$chromium" ]; then
    echo 'Chromium is missing; install it (Debian: apt install chromium fonts-liberation)' >&2
    exit 127
fi
profile=$(mktemp -d) || exit
"$chromium" --user-data-dir="$profile" "$@" 3<&0 4>&1 </dev/null >/dev/null
rm -rf "$profile"
