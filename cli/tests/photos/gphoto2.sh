#!/bin/sh
# A stand-in of `gphoto2` with a camera, for what no real one does on demand. What it says is what gphoto2 2.5.28 says with --quiet, without a
# terminal and with LC_ALL=C: seen with libgphoto2 2.5.34 and its virtual camera, or read in shell.c, main.c and gphoto2-port-result.c.
#
# The folder in which it stands is its world: "version" of the library; "gone" or "held", while there is such a file; "waiting", a folder with
# what the camera tells of next; "shots", a line for each shot to come: what becomes of it; "log", what was done.

world=$(dirname "$0")
say() { echo "$*" >>"$world/log"; }
error() { printf "*** Error (%s) ***\n" "$1"; }

case "$*" in
*--version*)
    printf 'gphoto2 2.5.28\n\nThis version of gphoto2 is using the following software versions and options:\n'
    printf 'gphoto2         2.5.28         gcc, popt(m), exif, cdk, aa, jpeg, readline\n'
    printf 'libgphoto2      %s         standard camlibs, gcc, no ltdl, EXIF\n' "$(cat "$world/version")"
    exit
    ;;
*--reset*)
    say reset
    exit
    ;;
esac

failed() {
    printf '\n*** Error ***              \n%s\n' "$1" >&2
    printf '*** Error (%s) ***       \n\n' "$2" >&2
    exit 1
}
[ ! -e "$world/gone" ] || failed 'Could not detect any camera' "-105: 'Unknown model'"
[ ! -e "$world/held" ] || failed 'An error occurred in the io-library ('"'Could not claim the USB device'"'): Could not claim interface 0 (Device or resource busy). Make sure no other program (gvfs-gphoto2-volume-monitor) or kernel module (such as sdc2xx, stv680, spca50x) is using the device and you have read/write access to the device.' "-53: 'Could not claim the USB device'"

say open
shot=0
bring() {
    shot=$((shot + 1))
    cp "$world/$1" "capt_DSC0000$shot.JPG"
}
# The prompt is printed before the line is there, and the line twice: once by readline, once because nobody sees a terminal.
while printf 'gphoto2: {} > ' && read -r line; do
    printf '%s\n%s\n' "$line" "$line"
    case "$line" in
    wait-event-and-download*)
        if [ -e "$world/gone" ]; then
            error "-52: 'Could not find the requested device on the USB port'"
            continue
        fi
        printf 'Waiting for 100 milliseconds for events from camera. Press Ctrl-C to abort.\nUNKNOWN PTP Property d215 changed\n'
        mv "$world"/waiting/* . 2>/dev/null
        ;;
    capture-image-and-download)
        say shot
        kind=$(head -n 1 "$world/shots")
        sed -i 1d "$world/shots"
        case "$kind" in
        crash) kill -SEGV $$ ;;
        silent)
            # What it has started hangs too.
            tail -f /dev/null &
            echo $! >"$world/child"
            wait
            ;;
        focus)
            printf 'ERROR: Could not capture image.\nERROR: Could not capture.\n' >&2
            error "-1: 'Unspecified error'"
            ;;
        kept)
            # The camera gives the frame of before, and tells of the right one later.
            printf '/capt_DSC00001.JPG\n'
            bring kept.jpg
            cp "$world/picture.jpg" "$world/waiting/capt_DSC00099.JPG"
            ;;
        both)
            # It gives both at once.
            printf '/capt_DSC00001.JPG\n/capt_DSC00002.ARW\n'
            bring kept.jpg
            bring picture.jpg
            cp "$world/kept.jpg" capt_DSC00002.ARW
            ;;
        *)
            printf '/capt_DSC00001.JPG\n'
            bring picture.jpg
            ;;
        esac
        ;;
    *) printf 'ERROR: Invalid command.\n' >&2 ;;
    esac
done
printf '\n'
say closed
