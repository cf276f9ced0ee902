/**
 * The toolkit's elements that pages use. Only this file imports the toolkit, which is no longer maintained upstream:
 * replacing it stays a change of one file. `<vscode-button>`, `<vscode-dropdown>` with `<vscode-option>`,
 * `<vscode-checkbox>`, `<vscode-text-field>`, `<vscode-badge>`.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeBadge,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';

provideVSCodeDesignSystem().register(vsCodeBadge(), vsCodeButton(), vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption(), vsCodeTextField());
