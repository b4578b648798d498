#!/bin/sh
# Compares what gst-inspect-1.0 says about an element with the checked-in text, so that a change of
# its interface is seen in review. Usage: check_inspect.sh <element> <file>
# To renew the file: check_inspect.sh <element> > <file>
set -eu
inspect() {
  # Paths, versions and addresses differ from build to build.
  gst-inspect-1.0 --no-colors "$1" 2>/dev/null | grep -vE '^ +(Filename|Version) '
}
if [ $# -lt 2 ]; then
  inspect "$1"
  exit
fi
if ! gst-inspect-1.0 --version 2>/dev/null | grep -q 'GStreamer 1\.22'; then
  echo "SKIP: the text was written by gst-inspect-1.0 of GStreamer 1.22"
  exit 77
fi
inspect "$1" | diff -u "$2" -
