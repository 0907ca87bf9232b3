// Names of images: Docker's own examples, hostile ones, and the way to a place on the site and back.
import { describe, expect, test } from 'vitest';
import { digestHex, isDigest } from '#domain/manifests/image-digest.ts';
import {
  imageNameOf,
  imageText,
  isRepository,
  isTag,
  parseImageName,
  placesOf,
  siteRepositoryOf,
} from '#domain/manifests/image-name.ts';

const hex = '0123456789abcdef'.repeat(4);
const digest = `sha256:${hex}`;

function read(text: string) {
  const name = parseImageName(text);
  if (!name.ok) throw new Error(name.problems[0]?.message);
  return name.value;
}

const long = (length: number) => 'a'.repeat(length);

describe('parseImageName', () => {
  test.each<[string, string, string, string | null, string | null]>([
    ['nginx', 'docker.io', 'library/nginx', 'latest', null],
    [' nginx:1.27 ', 'docker.io', 'library/nginx', '1.27', null],
    ['plant/web', 'docker.io', 'plant/web', 'latest', null],
    ['docker.io/nginx', 'docker.io', 'library/nginx', 'latest', null],
    ['index.docker.io/plant/web:2', 'docker.io', 'plant/web', '2', null],
    ['mcr.microsoft.com/azureiotedge-agent:1.5', 'mcr.microsoft.com', 'azureiotedge-agent', '1.5', null],
    ['MCR.microsoft.com/a/b/c', 'mcr.microsoft.com', 'a/b/c', 'latest', null],
    ['localhost/web', 'localhost', 'web', 'latest', null],
    ['reg.local:5000/plant/web', 'reg.local:5000', 'plant/web', 'latest', null],
    ['reg:5000/web:1', 'reg:5000', 'web', '1', null],
    [`web@${digest}`, 'docker.io', 'library/web', null, digest],
    [`reg.local/web:1@${digest}`, 'reg.local', 'web', '1', digest],
  ])('when it reads %s, it finds its parts', (text, registry, repository, tag, found) => {
    expect(read(text)).toEqual({ registry, repository, tag, digest: found });
  });

  test.each([
    '',
    'Plant/web',
    'plant/Web',
    'plant//web',
    '../etc/passwd',
    'reg.local/../web',
    'reg.local/.web',
    'a..b/c',
    'web:',
    `web:${long(129)}`,
    'web:-1',
    'web@sha256:abc',
    `web@sha256:${hex.toUpperCase()}`,
    `web@md5:${hex}`,
    `web@${digest}@${digest}`,
    'reg.local:port/web',
    'reg.local:123456/web',
    'reg-.local-:1/web',
    '-reg.local/web',
    'we b',
    'web\u0000',
    `reg.local/${long(250)}`,
    long(256),
  ])('when the name is %j, it is refused in one sentence', (text) => {
    const name = parseImageName(text);
    expect(name.ok).toBe(false);
    expect(!name.ok && name.problems[0]?.message).toMatch(/cannot be an image's name, for .*: write it as/s);
  });
});

describe('places on the site', () => {
  test.each([
    ['nginx:1', 'docker.io/library/nginx', ['docker.io/library/nginx', 'library/nginx', 'nginx'], 'nginx:1'],
    ['plant/web:1', 'docker.io/plant/web', ['docker.io/plant/web', 'plant/web'], 'plant/web:1'],
    ['mcr.microsoft.com/a:1', 'mcr.microsoft.com/a', ['mcr.microsoft.com/a'], 'mcr.microsoft.com/a:1'],
    ['reg.local:5000/a/b:1', 'reg.local_5000/a/b', ['reg.local_5000/a/b'], 'reg.local:5000/a/b:1'],
    ['reg:5000/a:1', 'reg_5000/a', ['reg_5000/a'], 'reg:5000/a:1'],
    [`localhost/a@${digest}`, 'localhost/a', ['localhost/a'], `localhost/a@${digest}`],
  ])('when an image is %s, it lies at %s and finds back', (text, place, places, written) => {
    const name = read(text);
    expect(siteRepositoryOf(name)).toBe(place);
    expect(isRepository(place)).toBe(true);
    expect(placesOf(name)).toEqual(places);
    expect(imageNameOf(place, name.digest ?? name.tag ?? '')).toEqual(name);
    expect(imageText(name)).toBe(written);
  });

  test('when the registry is the site itself, the path as it was pushed comes first', () => {
    const places = placesOf(read('laptop:8443/plant/web:1'), (registry) => registry === 'laptop:8443');
    expect(places).toEqual(['plant/web', 'laptop_8443/plant/web']);
  });

  test('when a place names no registry, its image is one of Docker Hub', () => {
    expect(imageText(imageNameOf('plant/web', '1'))).toBe('plant/web:1');
    expect(imageNameOf('web', '1')).toEqual({
      registry: 'docker.io',
      repository: 'library/web',
      tag: '1',
      digest: null,
    });
  });
});

test('when a path, a tag or a digest is not exactly one, it is none', () => {
  expect([isRepository(long(255)), isRepository(long(256)), isRepository('a/./b'), isRepository('a\n')]).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect([isTag(long(128)), isTag(long(129)), isTag('.INVALID'), isTag('1.0_x-y')]).toEqual([true, false, false, true]);
  expect([isDigest(digest), isDigest(`${digest}\n`), isDigest(`sha512:${hex}${hex}`)]).toEqual([true, false, false]);
  expect(isDigest(digest) && digestHex(digest)).toBe(hex);
});
