import { expect, it } from 'vitest';
import { isPassingMachine } from '../../../importers/junit/passing-machine.ts';

it.each([
  '3cda9070441d',
  '0123456789abcdef'.repeat(4),
  'fv-az96-723',
  'fv-az12',
  'runnervmf2e7y',
  'Mac-1696155274123.local',
  'runner-j1aldqxs-project-42-concurrent-0',
  'agents-7d4b9c6f5d-x2kqv',
  'jenkins-agent-4hx9k',
  'ip-172-31-5-17.eu-west-1.compute.internal',
  'build-0b5c1f5e-9d6b-4a53-8a77-2f8a4d1e9c10',
])('%s is gone after its run', (name) => {
  expect(isPassingMachine(name)).toBe(true);
});

it.each([
  'board-1',
  'rk3399-gru-kevin',
  'rk3399-rock-pi-4b-cbg-1',
  'bcm2837-rpi-3-b',
  'qemu-arm64',
  'x86-64-01',
  'dell-per750-07.lab.example.org',
  'localhost',
  'susetest',
  'ip-camera',
  'lkft-juno-01',
  'beaglebone-black',
  'Mikes-iMac.local',
])('%s is a machine of a lab', (name) => {
  expect(isPassingMachine(name)).toBe(false);
});
