#!/bin/sh
# Installs what an environment needs.
set -eu

environment=$1
case "$environment" in
  dev | staging | prod) ;;
  *)
    echo "unknown environment: $environment" >&2
    exit 1
    ;;
esac

pip install --no-cache-dir -r requirements/base.txt
if [ "$environment" = dev ]; then
  pip install --no-cache-dir -r requirements/dev.txt
fi
