/** Words of the firmware and boot loaders that speak on a console before a kernel does. */

const LOADER =
  /^(?:U-Boot (?:SPL |TPL )?\d|coreboot-\S|>>>>SecStartup|NOTICE: {2}BL\d|GNU GRUB|iPXE |EFI stub: |Hit any key to stop autoboot|boot[imz] 0x|Booting from ROM\.\.\.|Starting kernel \.\.\.|jumping to kernel)/im;
/** The last that a boot loader says; kernelci's logspec goes by the same words. */
const HANDS_OVER = /^(?:Booting from ROM\.\.\.|Starting kernel \.\.\.|jumping to kernel|EFI stub: Booting )/i;

/** Whether a boot loader speaks in a text of any number of lines. */
export function hasBootLoader(text: string): boolean {
  return LOADER.test(text);
}

/** Whether a line is the last that a boot loader says: from there on it is the kernel's turn. */
export function handsOver(line: string): boolean {
  return HANDS_OVER.test(line);
}
