#!/bin/bash
# A stand-in of the helper that speaks to the spooler of Windows: it hands questions and answers on to the spooler that a test plays, at the
# port that the file "port" beside it names. When that ends the line, it is as if this process had died.

exec 3<>"/dev/tcp/127.0.0.1/$(cat "$(dirname "$0")/port")" 4<&0 || exit 1
cat <&4 >&3 &
cat <&3 &
wait -n
# shellcheck disable=SC2046 # Each is a number.
kill $(jobs -p) 2>/dev/null
exit 1
