#!/usr/bin/env bash
# Puts the tables of a stack back to how they were at a second of the last 35 days. The README says when, and what to do
# before, in between and afterwards: "Restore the tables to a point in time".
#
#   infra/restore.sh copy    STACK AT   copies each table as of AT (2026-11-27T02:10:00Z) beside it, and makes backups of both
#   infra/restore.sh replace STACK     puts each copy in the place of its table
#   infra/restore.sh check   STACK     says whether every table is there, protected, and kept to the second
#
# What it made is kept in restore-STACK.tsv: table, its identity, copy, backup as it was, backup of the copy. A replace
# that was broken off is given again: what it has done is not done twice. It needs the AWS command line and nothing else.
set -euo pipefail

usage() {
  sed -n '2,10p' "$0" | sed 's/^# \{0,1\}//' >&2
  exit 2
}

say() { printf '%s\n' "$*"; }

die() {
  printf 'restore.sh: %s\n' "$*" >&2
  exit 1
}

[ $# -ge 2 ] || usage
COMMAND=$1
STACK=$2
KEPT=restore-$STACK.tsv
EVERY=${RESTORE_LOOKS_EVERY:-10}

# What the AWS command line answers as text; "GONE" when it says that there is no such thing.
ask() {
  local answer
  if answer=$(aws "$@" --output text 2>&1); then
    printf '%s\n' "$answer"
  else
    case $answer in
      *ResourceNotFoundException* | *TableNotFoundException*) printf 'GONE\n' ;;
      *) die "$answer" ;;
    esac
  fi
}

# Asks until the answer is this one.
until_it_is() {
  local wanted=$1 answer
  shift
  while true; do
    answer=$(ask "$@")
    [ "$answer" != "$wanted" ] || return 0
    [ "$answer" != GONE ] || die "$3 $4 is gone: aws $*"
    sleep "$EVERY"
  done
}

until_active() { until_it_is ACTIVE dynamodb describe-table --table-name "$1" --query Table.TableStatus; }

until_backed_up() {
  until_it_is AVAILABLE dynamodb describe-backup --backup-arn "$1" \
    --query BackupDescription.BackupDetails.BackupStatus
}

id_of() { ask dynamodb describe-table --table-name "$1" --query Table.TableId; }

tables() {
  local found
  found=$(aws cloudformation list-stack-resources --stack-name "$STACK" --output text \
    --query "StackResourceSummaries[?ResourceType=='AWS::DynamoDB::Table'].PhysicalResourceId")
  [ -n "$found" ] || die "the stack $STACK has no tables"
  printf '%s\n' "$found" | tr '[:blank:]' '\n'
}

copy() {
  local at=$1 stamp all table copy id was to_be
  [ ! -e "$KEPT" ] || die "$KEPT is there: a restore was begun. Go on with replace; or move the file away, and begin anew"
  stamp=$(date -u +%Y%m%dT%H%M%SZ)
  all=$(tables)
  for table in $all; do
    say "$table: copying it as of $at to $table-then-$stamp"
    aws dynamodb restore-table-to-point-in-time --source-table-name "$table" --target-table-name "$table-then-$stamp" \
      --restore-date-time "$at" --query TableDescription.TableStatus --output text
  done
  : >"$KEPT.new"
  for table in $all; do
    copy=$table-then-$stamp
    until_active "$copy"
    id=$(id_of "$table")
    was=$(aws dynamodb create-backup --table-name "$table" --backup-name "as-it-was-$stamp" \
      --query BackupDetails.BackupArn --output text)
    to_be=$(aws dynamodb create-backup --table-name "$copy" --backup-name "then-$stamp" \
      --query BackupDetails.BackupArn --output text)
    until_backed_up "$was"
    until_backed_up "$to_be"
    printf '%s\t%s\t%s\t%s\t%s\n' "$table" "$id" "$copy" "$was" "$to_be" >>"$KEPT.new"
    say "$table: copied and backed up"
  done
  mv "$KEPT.new" "$KEPT"
  say "Look into the copies. Nothing has been replaced yet. What was made is in $KEPT: keep it."
}

# Has the store keep a table to the second. A table that has just been restored may refuse it for a while.
keep_to_the_second() {
  local tries=0 refused
  until refused=$(aws dynamodb update-continuous-backups --table-name "$1" \
    --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true 2>&1); do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || die "$refused"
    sleep "$EVERY"
  done
}

replace() {
  local table id copy was to_be now state ttl goes_by
  [ -s "$KEPT" ] || die "there is no $KEPT: copy first"
  # All that is needed must be there before anything is taken away.
  while IFS=$'\t' read -r table id copy was to_be <&3; do
    until_backed_up "$was"
    until_backed_up "$to_be"
    now=$(id_of "$copy")
    [ "$now" != GONE ] || die "the copy $copy is gone"
  done 3<"$KEPT"
  while IFS=$'\t' read -r table id copy was to_be <&3; do
    now=$(id_of "$table")
    # Another identity is that of a copy: it has been replaced before.
    if [ "$now" = "$id" ]; then
      say "$table: taking it away; its backup is $was"
      state=$(ask dynamodb describe-table --table-name "$table" --query Table.TableStatus)
      if [ "$state" != DELETING ] && [ "$state" != GONE ]; then
        aws dynamodb update-table --table-name "$table" --no-deletion-protection-enabled \
          --query TableDescription.TableStatus --output text
        until_active "$table"
        aws dynamodb delete-table --table-name "$table" --query TableDescription.TableStatus --output text
      fi
      while [ "$now" != GONE ]; do
        sleep "$EVERY"
        now=$(id_of "$table")
      done
    fi
    if [ "$now" = GONE ]; then
      say "$table: putting the copy in its place"
      aws dynamodb restore-table-from-backup --target-table-name "$table" --backup-arn "$to_be" \
        --query TableDescription.TableStatus --output text
    fi
  done 3<"$KEPT"
  ttl=$(aws cloudformation describe-stack-resource --stack-name "$STACK" --logical-resource-id IntakeTable \
    --query StackResourceDetail.PhysicalResourceId --output text)
  while IFS=$'\t' read -r table id copy was to_be <&3; do
    until_active "$table"
    aws dynamodb update-table --table-name "$table" --deletion-protection-enabled \
      --query TableDescription.TableStatus --output text
    until_active "$table"
    keep_to_the_second "$table"
    goes_by=$(ask dynamodb describe-time-to-live --table-name "$table" --query TimeToLiveDescription.AttributeName)
    if [ "$table" = "$ttl" ] && [ "$goes_by" != expires_at ]; then
      aws dynamodb update-time-to-live --table-name "$table" \
        --time-to-live-specification Enabled=true,AttributeName=expires_at --output text
    fi
  done 3<"$KEPT"
  check
}

check() {
  local all table state wrong=0
  all=$(tables)
  for table in $all; do
    state="$(ask dynamodb describe-table --table-name "$table" --query '[Table.TableStatus,Table.DeletionProtectionEnabled]' |
      tr '\t' ' ') $(ask dynamodb describe-continuous-backups --table-name "$table" \
        --query ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus)"
    say "$table: $state"
    [ "$state" = 'ACTIVE True ENABLED' ] || wrong=1
  done
  [ "$wrong" = 0 ] || die 'not every table is ACTIVE, protected from deletion (True) and kept to the second (ENABLED)'
  say 'Every table is there, protected, and kept to the second.'
}

case $COMMAND in
  copy)
    [ $# = 3 ] || usage
    copy "$3"
    ;;
  replace)
    [ $# = 2 ] || usage
    replace
    ;;
  check)
    [ $# = 2 ] || usage
    check
    ;;
  *) usage ;;
esac
