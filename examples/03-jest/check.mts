/** Runs the example's test, with Jest and ts-jest in their default settings, on the packed package. */
import { installPacked, runPackage } from '../../scripts/packed-package.js';

installPacked(import.meta.dirname);
runPackage(import.meta.dirname, 'jest/bin/jest.js', ['--ci']);
