import { describe, expect, test } from 'vitest';
import { environmentOfImage, isOfficialImage, shellOf } from '../../src/knowledge/base-images.js';

const SHELLS: readonly (readonly [image: string, shell: string | undefined])[] = [
  ['golang:1.25-alpine', 'ash'],
  ['golang:1.25', 'dash'],
  ['node:20', 'dash'],
  ['node', 'dash'],
  ['node:20-slim', 'dash'],
  ['docker.io/library/node:20', 'dash'],
  ['public.ecr.aws/docker/library/python:3.12', 'dash'],
  ['mirror.gcr.io/library/alpine:3', 'ash'],
  ['localhost:5000/node:20-alpine', 'ash'],
  ['localhost:5000/own', undefined],
  ['alpine', 'ash'],
  ['busybox:1', 'ash'],
  ['ubuntu:24.04', 'dash'],
  ['debian:bookworm-slim@sha256:abc', 'dash'],
  ['debian@sha256:abc', 'dash'],
  ['node@sha256:abc', undefined],
  ['node:$V', undefined],
  ['node:$V-alpine', 'ash'],
  ['node:$V-slim', 'dash'],
  ['fedora:41', 'bash'],
  ['quay.io/centos/centos:stream9', 'bash'],
  ['rockylinux:9', 'bash'],
  ['amazonlinux:2023', 'bash'],
  ['registry.access.redhat.com/ubi9/ubi-minimal:9.4', 'bash'],
  ['redhat/ubi9', 'bash'],
  ['archlinux', 'bash'],
  ['opensuse/leap:15', 'bash'],
  ['scratch', 'none'],
  ['gcr.io/distroless/static', 'none'],
  ['gcr.io/distroless/base-debian12:nonroot', 'none'],
  ['gcr.io/distroless/base-debian12:debug', 'ash'],
  ['cgr.dev/chainguard/wolfi-base', 'ash'],
  ['cgr.dev/chainguard/static', 'none'],
  ['mcr.microsoft.com/dotnet/sdk:9.0', 'dash'],
  ['mcr.microsoft.com/dotnet/aspnet:9.0-alpine', 'ash'],
  ['mcr.microsoft.com/dotnet/runtime:9.0-noble-chiseled', 'none'],
  ['mcr.microsoft.com/dotnet/sdk:9.0-nanoserver-ltsc2022', undefined],
  ['mcr.microsoft.com/windows/servercore:ltsc2022', undefined],
  ['eclipse-temurin:21', 'dash'],
  ['eclipse-temurin:21-ubi9-minimal', 'bash'],
  ['maven:3-amazoncorretto-21', 'bash'],
  ['maven:3-amazoncorretto-21-debian', 'dash'],
  ['maven:3-amazoncorretto-21-alpine', 'ash'],
  ['oraclelinux:9-slim', 'bash'],
  ['mysql:8', 'bash'],
  ['mysql:8-debian', 'dash'],
  ['openjdk:8', 'dash'],
  ['openjdk:17', 'bash'],
  ['openjdk:17-slim', 'dash'],
  ['amazoncorretto:21', 'bash'],
  ['hexpm/elixir:1.17-erlang-27.0-alpine-3.20', 'ash'],
  ['nvidia/cuda:12.4.1-devel-ubuntu22.04', 'dash'],
  ['nvidia/cuda:12.4.1-devel-rockylinux9', 'bash'],
  ['example.com/team/app:1', undefined],
  ['$BASE', undefined],
  ['', undefined],
];

describe('shells', () => {
  test.each(SHELLS)('%s has %s', (image, shell) => {
    expect(shellOf(image)).toBe(shell);
  });
});

describe('variables', () => {
  test('well-known images', () => {
    expect(environmentOfImage('golang:1.25')).toMatchObject({ GOPATH: '/go', GOLANG_VERSION: true });
    expect(environmentOfImage('docker.io/library/php:8-fpm')).toMatchObject({ PHP_INI_DIR: '/usr/local/etc/php' });
    expect(environmentOfImage('mcr.microsoft.com/dotnet/sdk:9.0')).toHaveProperty('DOTNET_RUNNING_IN_CONTAINER');
    expect(environmentOfImage('own/app')).toEqual({});
  });
  test('only images for one purpose choose an environment', () => {
    for (const image of ['node', 'ruby', 'php', 'python', 'golang', 'elixir', 'rust', 'alpine', 'ubuntu']) {
      for (const name of ['ENV', 'NODE_ENV', 'APP_ENV', 'RAILS_ENV', 'MIX_ENV'])
        expect(environmentOfImage(image)).not.toHaveProperty(name);
    }
    expect(environmentOfImage('redmine')).toHaveProperty('RAILS_ENV');
  });
  test('who is official', () => {
    expect(
      ['node:20', 'debian', 'mcr.microsoft.com/dotnet/sdk:9.0', 'gcr.io/distroless/static', 'scratch'].every(
        isOfficialImage,
      ),
    ).toBe(true);
    expect(['own/node', 'ghcr.io/own/node:20', 'constructor', ''].some(isOfficialImage)).toBe(false);
  });
});
